#!/bin/sh
# shellcheck disable=SC2034,SC2154  # what is included uses and sets the rest
# Backs up one MySQL or MariaDB database, as it is at one moment, and counts what it holds. No other session can count at
# the dump's own moment, so it is counted afterwards, and a count stands for the dump where nobody has written since.
# include: mysql-login.sh
# include: mysql-counts.sh
stem=$DATABASE
ending=.sql
mysql_dump=$(mysql_program mysqldump mariadb-dump) || refuse mysqldump-missing
# What MySQL's own has to be told, MariaDB's does not know.
mysql_dump_options=
for option in set-gtid-purged=OFF column-statistics=0; do
    as_mysql "$mysql_dump" --help 2>/dev/null </dev/null | grep -q -e "--${option%%=*}" &&
        mysql_dump_options="$mysql_dump_options --$option"
done
# --no-tablespaces: they would ask for the right PROCESS. --comments: the end of the dump is one.
dump() {
    # shellcheck disable=SC2086  # the options are words
    as_mysql "$mysql_dump" --single-transaction --quick --routines --events --triggers --hex-blob --no-tablespaces \
        --comments --default-character-set=utf8mb4 $mysql_dump_options "$DATABASE" </dev/null
}
size_beforehand() {
    ask_database 'SELECT COALESCE(SUM(data_length + index_length), 0) DIV 1
        FROM information_schema.tables WHERE table_schema = DATABASE()'
}
# A single transaction holds nothing still in the others.
others=$(ask_database "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB'") || others=0
[ "$others" = 0 ] || warn tables-not-transactional
look_inside() { tail -n 20; }
well_ended() { grep -q '^-- Dump completed'; }
begin_counting() { dump_began=$(ask_database 'SELECT NOW()') || dump_began=; }
end_counting() {
    : >"$part.counts"
    [ -n "$dump_began" ] && [ "$stages" = "$all_well" ] || return 0
    if mysql_counts "$DATABASE" 10 >"$part.all" && grep -qx counted "$part.all" && {
        echo "$mysql_settings SELECT CONCAT('written ', JSON_QUOTE(table_name)) $mysql_tables AND update_time >= '$dump_began'" |
            ask_lines "$DATABASE" >"$part.written"
    }; then
        awk '
            $1 == "written" { written[substr($0, 9)] = 1; next }
            $1 == "row" { name = $0; sub(/^row [0-9]+ /, "", name); if (name in written) sub(/^row/, "about") }
            { print }' "$part.written" "$part.all" >"$part.counts"
    else
        warn rows-not-counted
    fi
}
# include: dump-to-file.sh

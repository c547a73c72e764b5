#!/bin/sh
# Backs up one MySQL or MariaDB database, as it is at one moment.
# include: mysql-login.sh
mysql_dump=$(mysql_program mysqldump mariadb-dump) || refuse mysqldump-missing
# What MySQL's own has to be told, MariaDB's does not know.
mysql_dump_options=
for option in set-gtid-purged=OFF column-statistics=0; do
    "$mysql_dump" --help 2>/dev/null | grep -q -e "--${option%%=*}" && mysql_dump_options="$mysql_dump_options --$option"
done
# --no-tablespaces: they would ask for the right PROCESS. --comments: the end of the dump is one.
dump() {
    # shellcheck disable=SC2086  # the options are words
    as_mysql "$mysql_dump" --single-transaction --quick --routines --events --triggers --hex-blob --no-tablespaces \
        --comments --default-character-set=utf8mb4 $mysql_dump_options "$DATABASE"
}
database_bytes() {
    ask_database 'SELECT COALESCE(SUM(data_length + index_length), 0) DIV 1
        FROM information_schema.tables WHERE table_schema = DATABASE()'
}
# A single transaction holds nothing still in the others.
others=$(ask_database "SELECT COUNT(*) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB'") || fail database-unreachable
[ "$others" = 0 ] || warn tables-not-transactional
dump_ended() { grep -q '^-- Dump completed'; }
# include: dump-to-file.sh

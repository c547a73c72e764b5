# shellcheck shell=sh disable=SC2154
# Whole databases of one MySQL or MariaDB server, for restores. There is no renaming of them, so tables are moved from
# one to the other, all by one statement. mysql-login.sh comes first; the names of databases hold no quotes.
mysql_dump=$(mysql_program mysqldump mariadb-dump) || refuse mysqldump-missing
on_server() { as_mysql "$mysql_client" --connect-timeout=10 --batch --raw --skip-column-names --default-character-set=utf8mb4 "$@"; }
# one QUESTION: is the number that it asks for 1? Where nobody answers that is no "no", and the step ends.
one() {
    found=$(echo "$1" | on_server) || fail database-unreachable
    [ "$found" = 1 ]
}
there() { one "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$1'"; }
# marked NAME [CONDITION]: have tables been moved into this database? One that came with them says so, and from where.
marked() {
    one "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$1' AND table_name = 'lotsman_after' ${2:-}"
}
exchanged() { marked "$2" "AND table_comment = '$1'"; } # exchanged FROM TO
# make_like NAME: an empty database with the character set of the live one.
make_like() {
    echo "SELECT CONCAT('CREATE DATABASE IF NOT EXISTS \`$1\` CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name)
        FROM information_schema.schemata WHERE schema_name = '$DATABASE'" | on_server | on_server
}
drop_database() { echo "DROP DATABASE IF EXISTS \`$1\`" | on_server; }
# definitions_of NAME: its views, routines and triggers, to be loaded into any database; nothing of its tables. Events stay
# with the live database: they would begin to work wherever they are.
definitions_of() {
    views=$(echo "SELECT table_name FROM information_schema.views WHERE table_schema = '$1' ORDER BY table_name" | on_server) || return 1
    name=$1
    set -- --no-tablespaces --skip-comments --default-character-set=utf8mb4
    if [ -n "$views" ]; then
        old_ifs=$IFS IFS='
'
        set -f
        # shellcheck disable=SC2086  # a name a line
        set -- "$@" "$name" $views
        set +f
        IFS=$old_ifs
        as_mysql "$mysql_dump" --no-data --skip-triggers "$@" </dev/null || return 1
        set -- --no-tablespaces --skip-comments --default-character-set=utf8mb4
    fi
    as_mysql "$mysql_dump" --no-data --no-create-info --routines --triggers "$@" "$name" </dev/null
}
events_of() {
    as_mysql "$mysql_dump" --no-data --no-create-info --skip-triggers --events --no-tablespaces --skip-comments \
        --default-character-set=utf8mb4 "$1" </dev/null
}
# drop_definitions NAME [triggers]: all of these, or the triggers alone.
drop_definitions() {
    {
        echo "SELECT CONCAT('DROP TRIGGER \`$1\`.\`', trigger_name, '\`;') FROM information_schema.triggers WHERE trigger_schema = '$1';"
        [ -n "${2:-}" ] || cat <<SQL
SELECT CONCAT('DROP VIEW \`$1\`.\`', table_name, '\`;') FROM information_schema.views WHERE table_schema = '$1';
SELECT CONCAT('DROP ', routine_type, ' \`$1\`.\`', routine_name, '\`;') FROM information_schema.routines WHERE routine_schema = '$1';
SELECT CONCAT('DROP EVENT \`$1\`.\`', event_name, '\`;') FROM information_schema.events WHERE event_schema = '$1';
SQL
    } | on_server >"$notes.drops" && on_server <"$notes.drops"
}
# moves FROM TO: what a RENAME TABLE needs to bring every table of one database into another.
moves() {
    echo "SELECT CONCAT('\`$1\`.\`', table_name, '\` TO \`$2\`.\`', table_name, '\`') FROM information_schema.tables
        WHERE table_schema = '$1' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
        AND table_name NOT IN ('lotsman_before', 'lotsman_after', 'lotsman_left') ORDER BY table_name" | on_server
}
# drop_emptied NAME: nothing but tables of ours may be in it.
drop_emptied() {
    left=$(moves "$1" "$1") || return 1
    [ -z "$left" ] || { echo "there are tables in $1" >&2; return 1; }
    drop_database "$1"
}
# note_definitions NAME: once; what is dropped afterwards is there to be made anew.
note_definitions() {
    [ ! -e "$notes.$1" ] || return 0
    (umask 077 && definitions_of "$1" >"$notes.part") || return 1
    [ "$1" != "$DATABASE" ] || (umask 077 && events_of "$1" >"$notes.events.part" && mv -f "$notes.events.part" "$notes.events") || return 1
    mv -f "$notes.part" "$notes.$1"
}
redefine() { # redefine NAME FILE
    [ -e "$2" ] || { echo "$2 is missing" >&2; return 1; }
    drop_definitions "$1" && on_server "$1" <"$2" || return 1
    [ "$1" != "$DATABASE" ] || on_server "$1" <"$notes.events"
}
# exchange FROM TO: what is in FROM becomes the live database, and that becomes TO. It may be run again wherever it was
# cut off: the tables move all at once, and with them one of ours, TO.lotsman_after, which says so; definitions, which do not
# move along, are noted first. FROM goes last, and then there is nothing left to do.
exchange() {
    notes=$BACKUPS/safety/.$2
    (umask 077 && mkdir -p "$BACKUPS/safety") || return 1
    exchanged "$1" "$2" || move_all "$1" "$2" || return 1
    if there "$1"; then
        redefine "$DATABASE" "$notes.$1" && redefine "$2" "$notes.$DATABASE" && drop_emptied "$1" || return 1
    fi
    echo "$DATABASE is $2, $1 is $DATABASE"
}
move_all() {
    make_like "$2" && note_definitions "$DATABASE" && note_definitions "$1" || return 1
    # A table that has triggers cannot be moved.
    drop_definitions "$DATABASE" triggers && drop_definitions "$1" triggers || return 1
    echo "DROP TABLE IF EXISTS \`$2\`.lotsman_before; CREATE TABLE \`$2\`.lotsman_before (one int) COMMENT = '$1'" |
        on_server || return 1
    { moves "$DATABASE" "$2" && moves "$1" "$DATABASE"; } >"$notes.moves" || return 1
    ! marked "$1" || echo "\`$1\`.lotsman_after TO \`$1\`.lotsman_left" >>"$notes.moves"
    {
        echo 'SET SESSION lock_wait_timeout = 60; RENAME TABLE'
        while IFS= read -r move; do echo "$move,"; done <"$notes.moves"
        echo "\`$2\`.lotsman_before TO \`$2\`.lotsman_after"
    } | on_server
}
forget_notes() { rm -f "$BACKUPS/safety/.$1".*; }

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Proves a backup of a MySQL or MariaDB database: restores it beside the live one, in a database that is dropped again
# whatever happens, and compares what came back with what was counted when it was made. Its events are left out: they would
# begin to work.
look_inside() { tail -n 20; }
well_ended() { grep -q '^-- Dump completed'; }
# include: check-file.sh
# include: mysql-login.sh
# include: mysql-counts.sh
exec 9>"$BACKUPS/.verify.lock"
flock -w 3600 9 || refuse verify-running
trial=zz_verify_${BACKUP_ID}_$$
drop_databases() { # drop_databases CONDITION
    echo "SELECT CONCAT('DROP DATABASE \`', schema_name, '\`;') FROM information_schema.schemata WHERE schema_name LIKE 'zz\\_verify\\_%' AND $1" |
        ask_lines information_schema | ask_lines information_schema
}
ask_database 'SELECT 1' >/dev/null || fail database-unreachable
drop_databases "schema_name NOT IN (SELECT db FROM information_schema.processlist WHERE db IS NOT NULL)"
trap 'drop_databases "schema_name = '\''$trial'\''"; tidy' EXIT
alphabet=$(ask_database "SELECT CONCAT('CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name)
    FROM information_schema.schemata WHERE schema_name = DATABASE()") || fail database-unreachable
if ! ask_database "CREATE DATABASE \`$trial\` $alphabet" 2>"$scratch.said"; then
    cat "$scratch.said"
    ! grep -q 'ERROR 1044\|ERROR 1227' "$scratch.said" || refuse createdb-denied
    fail trial-failed
fi
load() {
    LC_ALL=C sed '/^-- Dumping events for database /,/^-- Dumping routines for database /d' |
        as_mysql "$mysql_client" --default-character-set=utf8mb4 --max-allowed-packet=1G "$trial"
}
began=$(date +%s)
read_backup "$BACKUP_FILE" load 2>"$scratch.said"
tail -n 20 "$scratch.said"
fact stage "$stages"
case $stages in
*3-take=0*) [ "$stages" = '1-open=0 2-unpack=0 3-take=0 ' ] || bad undecodable backup-undecodable ;;
*)
    ! grep -qi 'ERROR 20[0-9][0-9]\|ERROR 1021\|ERROR 1114\|ERROR 1044\|ERROR 1227\|ERROR 1142' "$scratch.said" || fail trial-failed
    bad unrestorable backup-unrestorable
    ;;
esac
fact backup_measures "seconds=$(($(date +%s) - began))"
if ! mysql_counts "$trial" >"$scratch.found" || ! grep -qx counted "$scratch.found"; then fail trial-failed; fi
tell_differences "$scratch.found"

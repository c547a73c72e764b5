#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Proves a backup of a PostgreSQL database: restores it beside the live one, in a database that is dropped again whatever
# happens, and compares what came back with what was counted when it was made.
look_inside() { tail -n 20; }
well_ended() { grep -q 'PostgreSQL database dump complete'; }
# include: check-file.sh
# include: postgres-login.sh
# include: postgres-counts.sh
# One at a time: they are hard work for a server, and what an earlier one has left behind can be told from a living one.
exec 9>"$BACKUPS/.verify.lock"
flock -w 3600 9 || refuse verify-running
trial=zz_verify_${BACKUP_ID}_$$
ask_postgres() { as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -d "$DATABASE" "$@"; }
drop_databases() { # drop_databases CONDITION
    ask_postgres 2>/dev/null <<SQL
SELECT format('DROP DATABASE %I', datname) FROM pg_database
WHERE datname LIKE 'zz\_verify\_%' AND $1 AND pg_has_role(datdba, 'MEMBER') \gexec
SQL
}
drop_databases "datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)"
may_create=$(ask_postgres -c 'SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user') || fail database-unreachable
[ "$may_create" = t ] || refuse createdb-denied
# Room where the server keeps its data, if that can be seen from here.
free_kb=
data_folder=$(ask_postgres -c 'SHOW data_directory' 2>/dev/null)
if [ -n "$data_folder" ] && [ -z "${DATABASE_CONTAINER:-}" ]; then
    free_kb=$(df -Pk "$data_folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
fi
if [ -n "$free_kb" ]; then
    bytes=$(awk '$1 == "database_bytes" { print $2 }' <"$scratch.wanted")
    need_mb=$((${bytes:-0} * 12 / 10 / 1048576))
    fact free_mb "$((free_kb / 1024))"
    fact need_mb "$need_mb"
    [ "$((free_kb / 1024))" -ge "$need_mb" ] || refuse disk-full
fi
trap 'drop_databases "datname = '\''$trial'\''"; tidy' EXIT
ask_postgres >/dev/null <<SQL || fail trial-failed
SELECT format('CREATE DATABASE %I TEMPLATE template0 OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L', '$trial',
    CASE WHEN pg_has_role(d.datdba, 'MEMBER') THEN pg_get_userbyid(d.datdba) ELSE current_user END,
    pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
    || CASE to_jsonb(d) ->> 'datlocprovider'
        WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
        WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')
        ELSE '' END
FROM pg_database d WHERE datname = current_database() \gexec
SQL
load() { as_database_user psql -w -X -q -1 -v ON_ERROR_STOP=1 -d "$trial" >/dev/null; }
began=$(date +%s)
read_backup "$BACKUP_FILE" load 2>"$scratch.said"
tail -n 20 "$scratch.said"
fact stage "$stages"
case $stages in
*3-take=0*) [ "$stages" = '1-open=0 2-unpack=0 3-take=0 ' ] || bad undecodable backup-undecodable ;;
*3-take=3*)
    ! grep -qi 'no space left\|could not extend\|out of memory\|terminating connection' "$scratch.said" || fail trial-failed
    bad unrestorable backup-unrestorable
    ;;
*) fail trial-failed ;;
esac
fact backup_measures "seconds=$(($(date +%s) - began))"
{
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
    postgres_counts
} | as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -d "$trial" >"$scratch.found" || fail trial-failed
grep -qx counted "$scratch.found" || fail trial-failed
tell_differences "$scratch.found"

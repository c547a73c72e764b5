#!/bin/sh
# Can this be put in the place of the database? Changes nothing.
# include: postgres-login.sh
# include: postgres-server.sh
# include: restore-file.sh
[ -n "${DATABASE_CONTAINER:-}" ] || command -v pg_dump >/dev/null || refuse pg-dump-missing
[ -n "${DATABASE_CONTAINER:-}" ] || command -v psql >/dev/null || refuse psql-missing
find_server
fact database "$DATABASE"
there "$DATABASE" || refuse database-gone
rights=$(echo "SELECT pg_has_role(datdba, 'USAGE'), rolcreatedb OR rolsuper, pg_database_size(datname)
    FROM pg_database, pg_roles WHERE datname = :'live' AND rolname = current_user" | on_server) || fail database-unreachable
case $rights in
t\|t\|*) ;;
f*) refuse database-not-owned ;;
*) refuse createdb-missing ;;
esac
bytes=${rights##*|}
fact database_bytes "$bytes"
if [ -z "$RESTORE_FILE" ]; then
    there "$NEW_NAME" || refuse aside-gone
    exit 0
fi
look_at_file
[ "${RESTORE_SIZE:-0}" -le "$bytes" ] || bytes=$RESTORE_SIZE
# Where the data is only the server knows, and it tells nobody but its administrators; it may be another machine too.
# shellcheck disable=SC2154  # set by whoever logs in
case ${PGHOST:-} in
'' | /* | 127.* | localhost | ::1)
    place=
    [ -n "${DATABASE_CONTAINER:-}" ] || place=$(echo "SELECT setting FROM pg_settings WHERE name = 'data_directory'" | on_server)
    for folder in "$place" /var/lib/postgresql /; do
        [ -z "$folder" ] || [ ! -d "$folder" ] || break
    done
    look_at_room "$folder" "$bytes"
    ;;
*) warn data-room-unknown ;;
esac

#!/bin/sh
# shellcheck disable=SC2034,SC2154  # what is included uses and sets the rest
# Backs up one PostgreSQL database, and counts what it holds at the very moment that is dumped.
# include: postgres-login.sh
# include: postgres-counts.sh
stem=$DATABASE
ending=.sql
[ -n "${DATABASE_CONTAINER:-}" ] || command -v pg_dump >/dev/null || refuse pg-dump-missing
dump() {
    set -- pg_dump -w --lock-wait-timeout=60s -d "$DATABASE"
    [ -z "$snapshot" ] || set -- "$@" "--snapshot=$snapshot"
    as_database_user "$@"
}
size_beforehand() { ask_database 'SELECT pg_database_size(current_database())'; }
look_inside() { tail -n 20; }
# Not the very last line: since 2025 dumps end with an \unrestrict after it.
well_ended() { grep -q 'PostgreSQL database dump complete'; }
# A session holds its snapshot until it hears the end of what it is told, or has been idle for half an hour; the dump is
# made of that same snapshot while this one counts. Where no session can be had the dump fails by itself, and says why.
snapshot='' counting=''
begin_counting() {
    mkfifo "$part.ask" "$part.told" || return 0
    as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -d "$DATABASE" <"$part.ask" >"$part.told" &
    counting=$!
    exec 8>"$part.ask" 7<"$part.told"
    # In a shell of its own: it would be killed for speaking to one that is gone.
    (echo "SET idle_in_transaction_session_timeout = '30min'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SELECT pg_export_snapshot();" >&8) 2>/dev/null
    IFS= read -r snapshot <&7 || snapshot=
    { cat <&7 >"$part.counts"; } 8>&- &
    listening=$!
    (postgres_counts 10 >&8) 2>/dev/null
    exec 7<&-
}
end_counting() {
    exec 8>&-
    [ -n "$counting" ] || return 0
    wait "$counting"
    wait "$listening"
    grep -qx counted "$part.counts" && return 0
    : >"$part.counts"
    warn rows-not-counted
}
# include: dump-to-file.sh

# shellcheck shell=sh
# Whole databases of one PostgreSQL server: made, renamed, dropped. postgres-login.sh comes first.
# on_server: psql in a database that nobody restores; what it is to do comes on standard input, names as variables.
on_server() {
    as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -v live="$DATABASE" -v new="${NEW_NAME:-}" \
        -v old="${OLD_NAME:-}" -d "$maintenance" "$@"
}
find_server() {
    for maintenance in postgres template1; do
        if [ "$maintenance" != "$DATABASE" ] && echo 'SELECT' | on_server >/dev/null 2>&1; then return; fi
    done
    fail database-unreachable
}
# there NAME: is there such a database? Where nobody answers that is no "no", and the step ends.
there() {
    found=$(echo "SELECT count(*) FROM pg_database WHERE datname = :'name'" | on_server -v name="$1") || fail database-unreachable
    [ "$found" = 1 ]
}
# close_database NAME: nobody can log in to it any more, and nobody is in it.
close_database() {
    echo 'ALTER DATABASE :"name" WITH ALLOW_CONNECTIONS false' | on_server -v name="$1" || return 1
    looks=0
    while :; do
        still=$(
            on_server -v name="$1" <<'SQL'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = :'name' AND usesysid IS NOT NULL AND pg_has_role(usesysid, 'USAGE') \g /dev/null
SELECT count(*) FROM pg_stat_activity WHERE datname = :'name' AND usesysid IS NOT NULL;
SQL
        ) || return 1
        [ "$still" != 0 ] || return 0
        looks=$((looks + 1))
        [ $looks -lt 50 ] || { echo "$still sessions in $1 cannot be ended" >&2; return 1; }
        sleep 0.2 2>/dev/null || sleep 1
    done
}
open_database() { echo 'ALTER DATABASE :"name" WITH ALLOW_CONNECTIONS true' | on_server -v name="$1"; }
drop_database() {
    there "$1" || return 0
    close_database "$1" && echo 'DROP DATABASE :"name"' | on_server -v name="$1" && echo "dropped $1"
}
# counted NAME: what is in it, at one moment: see postgres-counts.sh.
# include: postgres-counts.sh
counted() {
    {
        echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
        postgres_counts
    } | as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -d "$1"
}

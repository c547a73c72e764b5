# shellcheck shell=sh
# Logs the PostgreSQL clients in by their environment: a password in an argument would stand in ps.
# Where the server is a container ($DATABASE_CONTAINER) the client runs in there, with the login that it was made with.
# include: database-login.sh
# include: compose.sh
if [ -n "${DATABASE_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    database_container=$(one_running "$DATABASE_CONTAINER") || { fact container "$DATABASE_CONTAINER"; refuse container-missing; }
    as_database_user() {
        docker exec -i "$database_container" sh -c \
            'PGUSER=${POSTGRES_USER:-postgres} PGPASSWORD=${POSTGRES_PASSWORD:-} && export PGUSER PGPASSWORD && exec "$@"' sh "$@"
    }
fi
export PGDATABASE="${DATABASE:?}" PGCONNECT_TIMEOUT=10
# shellcheck disable=SC2154  # database-login.sh says who
{
    [ -z "$db_user" ] || export PGUSER="$db_user"
    [ -z "$db_password" ] || export PGPASSWORD="$db_password"
    [ -z "$db_host" ] || export PGHOST="$db_host"
    [ -z "$db_port" ] || export PGPORT="$db_port"
}
unset db_user db_password db_host db_port
ask_database() { as_database_user psql -w -X -A -t -d "$DATABASE" -c "$1"; }

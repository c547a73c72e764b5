# shellcheck shell=sh
# Logs the clients of MySQL and MariaDB in by an options file that is a pipe: a password in an argument would stand in
# ps, and one in a file could be left behind.
# Where the server is a container ($DATABASE_CONTAINER) the client runs in there, with the login that it was made with.
# include: database-login.sh
# include: compose.sh
if [ -n "${DATABASE_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    database_container=$(one_running "$DATABASE_CONTAINER") || { fact container "$DATABASE_CONTAINER"; refuse container-missing; }
fi
# Root where its password is known: others may not see routines and triggers. The password stays in the environment.
# shellcheck disable=SC2016  # the container's own shell reads it
in_database_container='
    for root in MARIADB_ROOT_PASSWORD MYSQL_ROOT_PASSWORD; do
        eval "password=\${$root-}"
        if [ -z "$password" ]; then eval "file=\${${root}_FILE-}"; [ ! -r "$file" ] || password=$(cat "$file"); fi
        [ -z "$password" ] || { user=root; break; }
    done
    [ -n "$password" ] || { user=${MARIADB_USER-${MYSQL_USER-root}} password=${MARIADB_PASSWORD-${MYSQL_PASSWORD-}}; }
    program=$1
    shift
    command -v "$program" >/dev/null || exit 127
    MYSQL_PWD=$password exec "$program" --user="$user" "$@"'
in_container() { docker exec -i "$database_container" sh -c "$in_database_container" sh "$@"; }
# mysql_program NAME MARIADB-NAME: the one that is there; MariaDB has names of its own.
mysql_program() {
    for mysql_name in "$2" "$1"; do
        if [ -n "${DATABASE_CONTAINER:-}" ]; then
            docker exec "$database_container" sh -c 'command -v "$1"' sh "$mysql_name" >/dev/null || continue
        else
            command -v "$mysql_name" >/dev/null || continue
        fi
        echo "$mysql_name"
        return
    done
    return 1
}
# In quotes, with the two letters that mean something between them.
mysql_option() { [ -z "$2" ] || printf '%s="%s"\n' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
# as_mysql PROGRAM ARGUMENTS: what it asks for on its standard input is what we are given on ours.
# shellcheck disable=SC2154  # database-login.sh says who
as_mysql() {
    mysql_name=$1
    shift
    if [ -n "${DATABASE_CONTAINER:-}" ]; then
        in_container "$mysql_name" "$@"
    elif [ -n "$DATABASE_SUDO_USER" ]; then
        as_database_user "$mysql_name" "$@"
    else
        {
            {
                echo '[client]'
                mysql_option user "$db_user"
                mysql_option password "$db_password"
                mysql_option host "$db_host"
                mysql_option port "$db_port"
            } | {
                exec 6<&0 0<&5 5<&-
                exec "$mysql_name" --defaults-extra-file=/dev/fd/6 "$@"
            }
        } 5<&0
    fi
}
mysql_client=$(mysql_program mysql mariadb) || refuse mysql-missing
ask_database() {
    as_mysql "$mysql_client" --connect-timeout=10 --batch --skip-column-names --execute="$1" "${2:-$DATABASE}" </dev/null
}

# shellcheck shell=sh
# Logs the clients of MySQL and MariaDB in by an options file that is a pipe: a password in an argument would stand in
# ps, and one in a file could be left behind.
# include: database-login.sh
# mysql_program NAME MARIADB-NAME: the one that is there; MariaDB has names of its own.
mysql_program() {
    for mysql_name in "$2" "$1"; do
        command -v "$mysql_name" >/dev/null && { echo "$mysql_name"; return; }
    done
    return 1
}
# In quotes, with the two letters that mean something between them.
mysql_option() { [ -z "$2" ] || printf '%s="%s"\n' "$1" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
# as_mysql PROGRAM ARGUMENTS: what it asks for on its standard input are the options.
# shellcheck disable=SC2154  # database-login.sh says who
as_mysql() {
    mysql_name=$1
    shift
    if [ -n "$DATABASE_SUDO_USER" ]; then
        as_database_user "$mysql_name" "$@" </dev/null
    else
        {
            echo '[client]'
            mysql_option user "$db_user"
            mysql_option password "$db_password"
            mysql_option host "$db_host"
            mysql_option port "$db_port"
        } | "$mysql_name" --defaults-extra-file=/dev/stdin "$@"
    fi
}
mysql_client=$(mysql_program mysql mariadb) || refuse mysql-missing
ask_database() {
    as_mysql "$mysql_client" --connect-timeout=10 --batch --skip-column-names --execute="$1" "$DATABASE"
}

#!/bin/sh
# The database answers "select 1" to whom the project itself logs in as.
case $DATABASE_ENGINE in
mysql)
    # include: mysql-login.sh
    ;;
*)
    # include: postgres-login.sh
    command -v psql >/dev/null || [ -n "${DATABASE_CONTAINER:-}" ] || refuse psql-missing
    ;;
esac
fact database "$DATABASE"
answer=$(ask_database 'select 1' 2>&1)
[ "$answer" = 1 ] || { printf '%s\n' "$answer" | tail -n 5; fail database-down; }
echo "$DATABASE answers"

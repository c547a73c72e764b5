#!/bin/sh
# Is the structure of the database up to date? Asked when nobody saw how the migrations ended.
cd "$PROJECT_PATH" || exit 1
case $MIGRATIONS in
none) exit 0 ;;
alembic)
    heads=$("$VENV/bin/alembic" heads) || exit 1
    [ "$("$VENV/bin/alembic" current)" = "$heads" ] && exit 0
    exit 1
    ;;
esac
# include: postgres-login.sh
applied=$(echo 'SELECT name FROM schema_migrations' | as_database_user psql -w -X -q -A -t -d "$DATABASE") || exit 1
for file in "$MIGRATIONS_FOLDER"/*.sql; do
    [ -e "$file" ] || break
    name=${file##*/} name=${name%.sql}
    # Each one is applied in a transaction together with its note: without the note it has not been.
    printf '%s\n' "$applied" | grep -qxF -e "$name" || fail not-done
done

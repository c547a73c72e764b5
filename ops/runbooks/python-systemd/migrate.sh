#!/bin/sh
# Brings the database's structure up to the new code.
cd "$PROJECT_PATH" || refuse path-missing
case $MIGRATIONS in
none) skip no-migrations ;;
alembic)
    "$VENV/bin/alembic" upgrade head || fail migration-failed
    exit 0
    ;;
esac
# include: postgres-login.sh
# Plain SQL files in the order of their names, each in one transaction together with the note that it was
# applied: there is never a half applied one, and never one without its note.
command -v psql >/dev/null || refuse psql-missing
run_sql() { as_database_user psql -w -X -q -v ON_ERROR_STOP=1 -d "$DATABASE" "$@"; }
echo 'CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())' |
    run_sql 2>/dev/null || fail database-unreachable
applied=$(run_sql -A -t -c 'SELECT name FROM schema_migrations') || fail database-unreachable
count=0
for file in "$MIGRATIONS_FOLDER"/*.sql; do
    [ -e "$file" ] || break
    name=${file##*/} name=${name%.sql}
    case $name in *[!A-Za-z0-9_.-]*) fact migration "$name"; fail migration-name ;; esac
    if printf '%s\n' "$applied" | grep -qxF -e "$name"; then continue; fi
    fact migration "$name"
    { cat "$file" && printf "\n;INSERT INTO schema_migrations (name) VALUES ('%s');\n" "$name"; } | run_sql -1 ||
        fail migration-failed
    echo "applied $name"
    count=$((count + 1))
done
[ $count -gt 0 ] || skip migrations-applied
fact migrations_applied $count

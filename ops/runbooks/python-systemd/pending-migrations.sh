#!/bin/sh
# What the migrations of $COMMIT would run, so that it can be judged before anything is changed. Nothing is touched:
# the new commit is read from git, and the database is only asked what it has.
cd "$PROJECT_PATH" || refuse path-missing
[ "$MIGRATIONS" != none ] || skip no-migrations
# include: say-sql.sh
# include: export-commit.sh
# include: alembic-revisions.sh
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

alembic_sql() {
    export_commit "$scratch/tree" || fail scratch-unwritable
    cd "$scratch/tree" || fail scratch-unwritable
    export PYTHONDONTWRITEBYTECODE=1
    "$VENV/bin/alembic" heads >"$scratch/heads" || return 1
    "$VENV/bin/alembic" current >"$scratch/current" || return 1
    current=$(revisions <"$scratch/current")
    [ "$current" != "$(revisions <"$scratch/heads")" ] || skip migrations-applied
    case $current in *[!0-9A-Za-z_]*) echo "the database is at several revisions: $current"; return 1 ;; esac
    "$VENV/bin/alembic" upgrade "${current:+$current:}heads" --sql >"$scratch/told" || return 1
    name_migrations <"$scratch/told" >"$scratch/sql"
    cd "$PROJECT_PATH" || fail path-missing
}

if [ "$MIGRATIONS" = alembic ]; then
    alembic_sql || { cd "$PROJECT_PATH" && say_unseen && exit 0; }
    if [ -n "${DATABASE:-}" ] && command -v psql >/dev/null; then
        # include: postgres-login.sh
        # include: table-sizes.sh
        say_table_sizes "$scratch/tables"
    fi
    say_sql "$scratch/sql" postgres
    exit 0
fi

# include: postgres-login.sh
# include: table-sizes.sh
command -v psql >/dev/null || refuse psql-missing
ask() { as_database_user psql -w -X -q -A -t -v ON_ERROR_STOP=1 -d "$DATABASE" -c "$1"; }
noted=$(ask "SELECT to_regclass('schema_migrations')") || fail database-unreachable
applied=
[ -z "$noted" ] || applied=$(ask 'SELECT name FROM schema_migrations') || fail database-unreachable
git -c core.quotePath=off ls-tree --name-only "$COMMIT" "$MIGRATIONS_FOLDER/" | grep '\.sql$' >"$scratch/files"
: >"$scratch/sql"
while IFS= read -r file; do
    name=${file##*/} name=${name%.sql}
    case $name in *[!A-Za-z0-9_.-]*) fact migration "$name"; refuse migration-name ;; esac
    if printf '%s\n' "$applied" | grep -qxF -e "$name"; then continue; fi
    {
        printf -- '-- migration: %s\n' "$name"
        git show "$COMMIT:$file" && printf '\n;\n'
    } >>"$scratch/sql" || fail migrations-unreadable
done <"$scratch/files"
[ -s "$scratch/sql" ] || skip migrations-applied
say_table_sizes "$scratch/tables"
say_sql "$scratch/sql" postgres

#!/bin/sh
# What artisan would run to migrate to $COMMIT, so that it can be judged before anything is changed. Nothing is
# touched: the new code stands in a folder of its own, with the live version's vendor and settings, and only pretends.
cd "$PROJECT_PATH" || refuse path-missing
[ -n "${MIGRATE:-}" ] || skip no-migrations
# include: say-sql.sh
# include: export-commit.sh
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
export_files "$scratch/tree" || fail scratch-unwritable
live=$(pwd -P)
cd "$scratch/tree" || fail scratch-unwritable
[ -e vendor ] || ln -s "$live/vendor" vendor
[ ! -r "$live/.env" ] || cp "$live/.env" .env
mkdir -p bootstrap/cache storage/logs storage/framework/cache storage/framework/views storage/framework/sessions
if ! "${PHP_PROGRAM:-php}" artisan migrate --pretend --force --no-ansi --no-interaction >"$scratch/told" 2>&1; then
    cat "$scratch/told"
    cd "$live" || fail path-missing
    # It may not start on the dependencies of the live version; where it brings no migrations, none have to be seen.
    git diff --quiet HEAD "$COMMIT" -- "$MIGRATIONS_FOLDER" && skip migrations-applied
    say_unseen
    exit 0
fi
# Since Laravel 9 a line names the migration and those after it begin with an arrow; before, "ItsClass: SQL".
sed -n 's/^ *⇂ \(.*\)$/\1;/p; s/^ *\([0-9]\{4\}_[0-9a-z_]*\) .*$/-- migration: \1/p; s/^\([A-Z][A-Za-z0-9]*\): \(.*\)$/-- migration: \1\n\2;/p' \
    "$scratch/told" >"$scratch/sql"
[ -s "$scratch/sql" ] || skip migrations-applied
case $(sed -n 's/^DB_CONNECTION=["'\'']\{0,1\}\([a-z]*\).*/\1/p' .env 2>/dev/null | tail -n 1) in
pgsql) say_sql "$scratch/sql" postgres ;;
*) say_sql "$scratch/sql" mysql ;;
esac

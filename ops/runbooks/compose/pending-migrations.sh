#!/bin/sh
# shellcheck disable=SC2154  # what is included sets services, scratch and new_image
# What the migrations of $COMMIT would run, so that it can be judged before anything is changed. Nothing that runs is
# touched: a container of the new image, which ends at once, is asked.
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: new-image.sh
# include: say-sql.sh
# include: alembic-revisions.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
[ -n "$(docker ps --quiet --filter "label=com.docker.compose.project=$name")" ] || skip nothing-runs-yet
between=$(printf '\037')
asked_container=lotsman-look-$PROJECT-$STAMP
# Its standard output alone is the answer.
in_new() { compose run --rm -T --no-deps --name "$asked_container" "$MIGRATE_SERVICE" "$@" </dev/null; }
alembic_sql() {
    alembic=${MIGRATE_COMMAND%%"${between}upgrade"*}
    in_words "$alembic${between}heads" in_new >"$scratch.heads" || return 1
    in_words "$alembic${between}current" in_new >"$scratch.current" || return 1
    current=$(revisions <"$scratch.current")
    [ "$current" != "$(revisions <"$scratch.heads")" ] || skip migrations-applied
    case $current in *[!0-9A-Za-z_]*) echo "the database is at several revisions: $current"; return 1 ;; esac
    in_words "$alembic${between}upgrade$between${current:+$current:}heads$between--sql" in_new >"$scratch.told" || return 1
    name_migrations <"$scratch.told" >"$scratch.sql"
}
# Migrations that nothing can tell beforehand are known by their files.
files_sql() {
    git -c core.quotePath=off diff --name-only --diff-filter=d "$PREVIOUS_COMMIT" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        sort >"$scratch.files"
    [ -s "$scratch.files" ] || skip migrations-unchanged
    ! grep -qv '\.sql$' "$scratch.files" || return 1
    while IFS= read -r file; do
        printf -- '-- migration: %s\n' "$(basename "$file" .sql | tr -c 'A-Za-z0-9_.\n-' _)"
        git show "$COMMIT:$file" && printf '\n;\n' || return 1
    done <"$scratch.files" >"$scratch.sql"
}
leave_all() {
    leave_new
    rm -f "$scratch.heads" "$scratch.current" "$scratch.told" "$scratch.sql" "$scratch.files" "$scratch.tables"
}
new_files
trap leave_all EXIT
case $MIGRATE_PENDING$between$MIGRATE_COMMAND$between in
"$between"*alembic"$between"*upgrade"$between"*) new_image "$MIGRATE_SERVICE"; alembic_sql ;;
"$between"*) cd "$PROJECT_PATH" && files_sql ;;
*) new_image "$MIGRATE_SERVICE"; in_words "$MIGRATE_PENDING" in_new >"$scratch.sql" ;;
esac || { cd "$PROJECT_PATH" && say_unseen && exit 0; }
cd "$PROJECT_PATH" || fail path-missing
grep -q '[^[:space:]]' "$scratch.sql" || skip migrations-applied
if [ "${DATABASE_ENGINE:-}" = postgres ] && { [ -n "$DATABASE_CONTAINER" ] || command -v psql >/dev/null; }; then
    # include: postgres-login.sh
    # include: table-sizes.sh
    say_table_sizes "$scratch.tables"
fi
say_sql "$scratch.sql" "${DATABASE_ENGINE:-postgres}"

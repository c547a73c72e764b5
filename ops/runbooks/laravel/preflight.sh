#!/bin/sh
# Everything that could stop the run half way is looked at before the first change.
# include: sudo.sh
# include: site.sh
# include: migrations.sh
# mind CODE: a deploy stops; a way back goes on, because what is broken may be what it leads away from.
mind() { if [ -n "${LOCAL_FIRST:-}" ]; then warn "$1"; else refuse "$1"; fi; }
cd "$PROJECT_PATH" || refuse path-missing
if [ "$LAYOUT" = releases ]; then
    [ -L "$SITE_PATH/current" ] && [ -d "$SITE_PATH/shared/storage" ] && [ -w "$SITE_PATH/releases" ] || refuse site-layout
    [ "$(dirname "$(pwd -P)")" = "$(cd "$SITE_PATH/releases" && pwd -P)" ] || refuse site-layout
fi
# include: look-disk.sh
# include: look-tree.sh
# include: look-units.sh
command -v "$PHP_PROGRAM" >/dev/null || refuse php-missing
"$PHP_PROGRAM" --version | head -n 1
# include: look-commit.sh
git cat-file -e "$COMMIT:artisan" 2>/dev/null || refuse artisan-missing
# shellcheck disable=SC2154  # look-tree.sh says what is there now
git diff --quiet "$previous" "$COMMIT" -- composer.json composer.lock || fact requirements_changed yes
if git cat-file -e "$COMMIT:composer.json" 2>/dev/null; then
    if [ ! -d vendor ] || ! git diff --quiet "$previous" "$COMMIT" -- composer.lock; then
        command -v "$COMPOSER_PROGRAM" >/dev/null || refuse composer-missing
    fi
fi
git diff --name-only --diff-filter=A "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
    while IFS= read -r file; do item migrations "${file##*/}"; done
# What the live version has migrated and the other one does not know.
git diff --name-only --diff-filter=D "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
    while IFS= read -r file; do item migrations_kept "${file##*/}"; done
[ -r .env ] || mind dotenv-missing
# include: look-config.sh
# include: look-env.sh
# shellcheck disable=SC2034  # look-needs.sh asks for it
LOOK_PHP=yes
# include: look-needs.sh
# include: look-changes.sh
# include: look-backups.sh
# include: look-storage.sh
look_storage
if ! artisan --version; then
    warn artisan-broken
    [ "${STEPS_BACK:-0}" = 0 ] || refuse artisan-broken
elif [ -n "$MIGRATE" ]; then
    ask_migrations || mind database-unreachable
    if [ "${STEPS_BACK:-0}" != 0 ]; then
        there=$(applied_migrations | count_lines)
        fact migrations_there "$there"
        [ "$there" -ge "$STEPS_BACK" ] || refuse migrations-too-few
        artisan migrate:rollback --force --pretend --step="$STEPS_BACK" || refuse migrate-back-impossible
    fi
fi
echo "$previous -> $COMMIT"
git --no-pager log --oneline --max-count=20 "$previous..$COMMIT"

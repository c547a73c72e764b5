#!/bin/sh
# The project's own tests, on the files of the new commit in a folder of their own. Without .env: tests must not meet
# what the site works with. What they need beyond it stands in the commit: phpunit.xml, .env.testing.
# include: site.sh
# include: vendor.sh
# include: export-commit.sh
cd "$PROJECT_PATH" || refuse path-missing
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
export_files "$scratch/tree" || fail scratch-unwritable
live=$(pwd -P)
cd "$scratch/tree" || fail scratch-unwritable
mkdir -p bootstrap/cache storage/logs storage/framework/cache storage/framework/views storage/framework/sessions
if [ -e composer.json ] && [ ! -e vendor ]; then
    # The live site has nothing in its vendor that only tests need, unless somebody wanted it there.
    if [ -x "$live/vendor/bin/phpunit" ] && has_vendor "$live/vendor"; then
        cp -a "$live/vendor" vendor || fail scratch-unwritable
    else
        command -v "$COMPOSER_PROGRAM" >/dev/null || refuse composer-missing
        compose install --no-progress || fail composer-failed
    fi
fi
# Words are parted by a sign that none of them can hold; nothing in them means anything to the shell.
set -f
old_ifs=$IFS IFS=$(printf '\037')
# shellcheck disable=SC2086
set -- $TESTS
IFS=$old_ifs
set +f
# Of no worth outside: a key of the site's own would be one more thing to keep from tests.
key=base64:$(head -c 32 /dev/urandom | base64)
HOME=$scratch plainly env APP_ENV=testing APP_KEY="$key" PATH="$scratch/tree/vendor/bin:$PATH" "$@" || fail tests-failed

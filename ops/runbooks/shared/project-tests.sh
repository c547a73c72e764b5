#!/bin/sh
# The project's own tests, on the files of the new commit in a folder of their own. Without the config files: tests
# must not meet what the project works with.
# include: export-commit.sh
cd "$PROJECT_PATH" || refuse path-missing
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
export_files "$scratch/tree" || fail scratch-unwritable
cd "$scratch/tree" || fail scratch-unwritable
[ ! -d "$VENV/bin" ] || export PATH="$VENV/bin:$PATH"
export PYTHONDONTWRITEBYTECODE=1 HOME="$scratch"
# Words are parted by a sign that none of them can hold; nothing in them means anything to the shell.
set -f
old_ifs=$IFS IFS=$(printf '\037')
# shellcheck disable=SC2086
set -- $TESTS
IFS=$old_ifs
set +f
"$@" || fail tests-failed

#!/bin/sh
# Everything that could stop the deploy half way is looked at before the first change.
# include: sudo.sh
cd "$PROJECT_PATH" || refuse path-missing
# include: look-disk.sh
# include: look-tree.sh
# include: look-units.sh
[ -x "$VENV/bin/python" ] || refuse venv-missing
# include: look-commit.sh
# shellcheck disable=SC2154  # look-tree.sh says what is there now
git diff --quiet "$previous" "$COMMIT" -- "$REQUIREMENTS" || fact requirements_changed yes
if [ "$MIGRATIONS" != none ]; then
    git diff --name-only --diff-filter=A "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        while IFS= read -r file; do item migrations "${file##*/}"; done
fi
# include: look-config.sh
echo "$previous -> $COMMIT"
git --no-pager log --oneline --max-count=20 "$previous..$COMMIT"

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
    git diff --name-only --diff-filter=D "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        while IFS= read -r file; do item migrations_kept "${file##*/}"; done
fi
# include: look-config.sh
# include: look-env.sh
# shellcheck disable=SC2034  # look-needs.sh asks for it
LOOK_PYTHON=yes
# include: look-needs.sh
# include: look-changes.sh
# include: look-backups.sh
# A way back needs what the version that is live was installed with.
# include: install.sh
# shellcheck disable=SC2154  # install.sh names the note
if [ -e "$venv_note" ] && [ -e "$REQUIREMENTS" ] && ! has_requirements .; then warn way-back-unsure; fi
echo "$previous -> $COMMIT"
git --no-pager log --oneline --max-count=20 "$previous..$COMMIT"

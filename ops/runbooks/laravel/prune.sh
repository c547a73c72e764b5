#!/bin/sh
# Leaves the newest $KEEP releases, and the live one. Their names begin with their time.
# The new version serves by now, so nothing here is worth going back for.
live=$(cd "$PROJECT_PATH" && pwd -P) || exit 0
cd "$SITE_PATH/releases" || exit 0
old=$(find . -mindepth 1 -maxdepth 1 -type d -name '[0-9]*_[0-9]*_*' | sort -r | tail -n "+$((KEEP + 1))")
[ -n "$old" ] || skip nothing-to-prune
for folder in $old; do
    folder=$SITE_PATH/releases/${folder#./}
    if [ "$folder" = "$live" ] || [ "$folder" = "${PREVIOUS_RELEASE:-}" ]; then continue; fi
    git -C "$live" worktree remove --force "$folder" 2>/dev/null || rm -rf "$folder" || warn release-left
    echo "removed $folder"
done
git -C "$live" worktree prune
exit 0

#!/bin/sh
# Puts the commit that was live before back into the work tree; or throws the folder away that this run made.
# include: site.sh
cd "$PROJECT_PATH" || fail path-missing
if [ "$LAYOUT" = releases ]; then
    made=$SITE_PATH/releases/${STAMP}_$(printf %.12s "$COMMIT")
    [ -d "$made" ] || skip already-back # it was there before, and stays
    [ "$made" != "$(pwd -P)" ] || fail release-live
    git worktree remove --force "$made" 2>/dev/null || rm -rf "$made" || warn release-left
    git worktree prune
    exit 0
fi
# By force: a checkout that was cut off has left some files of each version.
git -c advice.detachedHead=false checkout --force --quiet --detach "$PREVIOUS_COMMIT" || fail checkout-failed
forget_caches
git --no-pager log -1 --format='back at %h %s'

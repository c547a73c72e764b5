#!/bin/sh
# Puts the commit into the work tree; or, with the layout "releases", into a folder of its own beside the live one.
# include: site.sh
# include: share.sh
cd "$PROJECT_PATH" || refuse path-missing
if [ "$LAYOUT" = checkout ]; then
    git -c advice.detachedHead=false checkout --quiet --detach "$COMMIT" || fail checkout-failed
    [ "$(git rev-parse HEAD)" = "$COMMIT" ] || fail checkout-failed
    forget_caches
    git --no-pager log -1 --format='now at %h %s'
    exit 0
fi
live=$(pwd -P)
RELEASE=''
for folder in "$SITE_PATH/releases/"*"_$(printf %.12s "$COMMIT")"; do
    # One that was live before, untouched since, needs no network.
    if [ "$folder" != "$live" ] && is_release "$folder"; then RELEASE=$folder; fi
done
if [ -n "$RELEASE" ]; then
    echo "found in $RELEASE"
else
    RELEASE=$(release_path)
    # By force: git may remember one of this name that somebody has removed by hand.
    git worktree add --quiet --force --detach "$RELEASE" "$COMMIT" || fail checkout-failed
fi
fact release "$RELEASE"
is_release "$RELEASE" || fail checkout-failed
cd "$RELEASE" || fail checkout-failed
share_all "$live" || fail share-failed
git --no-pager log -1 --format="$RELEASE has %h %s"

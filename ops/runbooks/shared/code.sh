#!/bin/sh
# Puts the commit into the work tree.
git -C "$PROJECT_PATH" -c advice.detachedHead=false checkout --quiet --detach "$COMMIT" || fail checkout-failed
[ "$(git -C "$PROJECT_PATH" rev-parse HEAD)" = "$COMMIT" ] || fail checkout-failed
git -C "$PROJECT_PATH" --no-pager log -1 --format='now at %h %s'

#!/bin/sh
# Puts the commit that was live before back into the work tree.
git -C "$PROJECT_PATH" -c advice.detachedHead=false checkout --quiet --detach "$PREVIOUS_COMMIT" || fail checkout-failed
git -C "$PROJECT_PATH" --no-pager log -1 --format='back at %h %s'

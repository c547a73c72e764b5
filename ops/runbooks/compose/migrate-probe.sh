#!/bin/sh
# How did the migrations end? Asked when nobody saw it; their container tells.
[ -n "$MIGRATE_SERVICE" ] || exit 0
container=lotsman-migrate-$PROJECT-$STAMP
docker version >/dev/null || exit 1
docker inspect "$container" >/dev/null 2>&1 || fail not-done
[ "$(docker wait "$container")" = 0 ] || fail not-done

#!/bin/sh
# Is the commit in the work tree? Asked when nobody saw how the checkout ended.
cd "$PROJECT_PATH" || exit 1
[ ! -e .git/index.lock ] || exit 1 # git was cut off: a person must look
[ -z "$(git status --porcelain --untracked-files=no)" ] || exit 1
head=$(git rev-parse --verify HEAD) || exit 1
[ "$head" != "$COMMIT" ] || exit 0
[ "$head" != "$PREVIOUS_COMMIT" ] || fail not-done
exit 1

#!/bin/sh
# Is the commit in its place? Asked when nobody saw how that ended.
# include: site.sh
# include: share.sh
cd "$PROJECT_PATH" || exit 1
if [ "$LAYOUT" = releases ]; then
    folder=$(release_path)
    # Nobody is served from it yet: anything less than all of it is thrown away.
    is_release "$folder" && [ -L "$folder/storage" ] && [ -d "$folder/bootstrap/cache" ] && exit 0
    fail not-done
fi
[ ! -e .git/index.lock ] || exit 1 # git was cut off: a person must look
[ -z "$(git status --porcelain --untracked-files=no)" ] || exit 1
head=$(git rev-parse --verify HEAD) || exit 1
[ "$head" != "$COMMIT" ] || exit 0
[ "$head" != "$PREVIOUS_COMMIT" ] || fail not-done
exit 1

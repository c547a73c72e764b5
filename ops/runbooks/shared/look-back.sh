#!/bin/sh
# What a way back would lead to: of each of $COMMITS how many migrations stay behind, when it was made and by whom;
# of $REF, where one is given, which migrations those are. Asks nobody but the checkout: it has to work when the git
# server does not. Changes nothing.
cd "$PROJECT_PATH" || refuse path-missing
live=$(git rev-parse --verify HEAD) || refuse no-repository
fact live "$live"
# include: find-commit.sh
migrations_since() {
    { [ "$MIGRATIONS" = none ] && [ -z "${MIGRATE:-}" ]; } ||
        git -c core.quotePath=off diff --name-only --diff-filter=A "$1" "$live" -- "$MIGRATIONS_FOLDER"
}
for commit in $COMMITS; do
    git cat-file -e "$commit^{commit}" 2>/dev/null || continue
    item places "$commit $(($(migrations_since "$commit" | wc -l))) $(git log -1 --format='%ct %an: %s' "$commit")"
done
if [ -n "${REF:-}" ] && commit=$(known); then
    fact target "$commit"
    migrations_since "$commit" | while IFS= read -r file; do item between "${file##*/}"; done
fi
git for-each-ref --sort=-creatordate --count=20 \
    --format='%(creatordate:unix) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)' refs/tags |
    while read -r at id name; do item tags "$at $id ${name#refs/tags/}"; done

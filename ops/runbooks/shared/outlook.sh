#!/bin/sh
# What a deploy of $REF would bring, without touching anything: what has to be fetched for the answer
# goes into a folder of its own and out of it again.
cd "$PROJECT_PATH" || refuse path-missing
git rev-parse --git-dir >/dev/null || refuse no-repository
# include: find-commit.sh
previous=$(git rev-parse --verify HEAD) || refuse no-repository
fact previous_commit "$previous"
fact previous_name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
remote=$(git ls-remote --heads --tags origin) || fail remote-unreachable
commit=$(advertised)
[ -n "$commit" ] || commit=$(known) || refuse unknown-ref
fact commit "$commit"
if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
    spare=$(mktemp -d) || fail outlook-unwritable
    trap 'rm -rf "$spare"' EXIT
    objects=$(git rev-parse --path-format=absolute --git-path objects) || fail outlook-fetch
    export GIT_OBJECT_DIRECTORY="$spare" GIT_ALTERNATE_OBJECT_DIRECTORIES="$objects"
    name=$(printf '%s\n' "$remote" | awk -v commit="$commit" '$1 == commit { print $2; exit }')
    git fetch --quiet --no-tags --no-write-fetch-head --refmap= origin "${name%^{\}}" || fail outlook-fetch
fi
fact commit_name "$(git describe --tags --exact-match "$commit" 2>/dev/null || git rev-parse --short=8 "$commit")"
fact ahead "$(git rev-list --count "$previous..$commit")"
fact behind "$(git rev-list --count "$commit..$previous")"
git log --max-count=20 --abbrev=8 --format='%h %an: %s' "$previous..$commit" | while IFS= read -r line; do item commits "$line"; done
git log --max-count=20 --abbrev=8 --format='%h %an: %s' "$commit..$previous" | while IFS= read -r line; do item undone "$line"; done

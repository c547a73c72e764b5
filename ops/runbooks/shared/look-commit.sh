# shellcheck shell=sh
# Is the commit here, and what would change? look-tree.sh comes first.
# shellcheck disable=SC2154  # which says what is there now
git cat-file -e "$COMMIT^{commit}" 2>/dev/null || git fetch --quiet --tags origin || fail remote-unreachable
git cat-file -e "$COMMIT^{commit}" || refuse commit-missing
fact commit_name "$(git describe --tags --exact-match "$COMMIT" 2>/dev/null || git rev-parse --short=8 "$COMMIT")"
[ "$COMMIT" != "$previous" ] || [ -n "${AGAIN:-}" ] || refuse already-live

fact ahead "$(git rev-list --count "$previous..$COMMIT")"
fact behind "$(git rev-list --count "$COMMIT..$previous")"
# A way back is meant to take commits off again; a deploy that does is asked about, unless they are the asker's own.
if [ -n "${UNDO_CONFIRMED+asks}" ] && [ "$UNDO_CONFIRMED" != "$previous" ]; then
    git log --format='%an%x09%ae%x09%h %an: %s' "$COMMIT..$previous" | ME=$ACTOR MAIL=$ACTOR_GIT awk -F '\t' '
        $1 != ENVIRON["ME"] && $1 != ENVIRON["MAIL"] && tolower($2) != tolower(ENVIRON["MAIL"]) { print $3 }' |
        head -n 20 | {
        taken=
        while IFS= read -r line; do taken=yes; item colleagues "$line"; done
        [ -z "$taken" ] || exit 1
    } || refuse would-undo
fi
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$previous..$COMMIT" | while IFS= read -r line; do item commits "$line"; done
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$COMMIT..$previous" | while IFS= read -r line; do item undone "$line"; done

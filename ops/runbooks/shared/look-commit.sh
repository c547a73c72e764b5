# shellcheck shell=sh
# Is the commit here, and what would change? look-tree.sh comes first.
# shellcheck disable=SC2154  # which says what is there now
git cat-file -e "$COMMIT^{commit}" 2>/dev/null || git fetch --quiet --tags origin || fail remote-unreachable
git cat-file -e "$COMMIT^{commit}" || refuse commit-missing
fact commit_name "$(git describe --tags --exact-match "$COMMIT" 2>/dev/null || git rev-parse --short=8 "$COMMIT")"
[ "$COMMIT" != "$previous" ] || [ -n "${AGAIN:-}" ] || refuse already-live

fact ahead "$(git rev-list --count "$previous..$COMMIT")"
fact behind "$(git rev-list --count "$COMMIT..$previous")"
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$previous..$COMMIT" | while IFS= read -r line; do item commits "$line"; done
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$COMMIT..$previous" | while IFS= read -r line; do item undone "$line"; done

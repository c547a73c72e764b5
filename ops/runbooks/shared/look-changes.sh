# shellcheck shell=sh
# What the changelog says of what comes, and what was left to be done. look-commit.sh comes first.
# shellcheck disable=SC2154  # look-tree.sh says what is there now
git diff --unified=0 "$previous" "$COMMIT" -- CHANGELOG.md | sed -n '/^+++/d; s/^+//p' | grep -v '^[[:space:]]*$' | head -n 15 |
    while IFS= read -r line; do item changelog "$line"; done
if git cat-file -e "$COMMIT:CHANGELOG.md" 2>/dev/null && git diff --quiet "$previous" "$COMMIT" -- CHANGELOG.md; then
    fact changelog_unchanged yes
fi
todos=$(git -c core.quotePath=off diff --unified=0 --no-prefix "$previous" "$COMMIT" -- . ':(exclude)*.md' | awk '
    /^\+\+\+ / { file = substr($0, 5); next }
    /^@@ / { split($3, at, /[+,]/); line = at[2]; next }
    /^\+/ {
        if ($0 ~ /FIXME|XXX/ || tolower($0) ~ /todo!|todo[^a-z]*(critical|blocker|before (the )?(release|deploy)|критич)/)
            print file ":" line " " substr($0, 2)
        line++
    }' | sed 's/ [[:space:]]*/ /' | head -n 10)
if [ -n "$todos" ]; then
    printf '%s\n' "$todos" | while IFS= read -r line; do item todos "$line"; done
    warn todos-added
fi

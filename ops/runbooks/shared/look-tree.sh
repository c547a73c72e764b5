# shellcheck shell=sh
# Is the checkout clean, and which commit is it? To be included where the project is.
git rev-parse --git-dir >/dev/null || refuse no-repository
previous=$(git rev-parse --verify HEAD) || refuse no-repository
fact previous_commit "$previous"
fact previous_name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
dirty=$(git status --porcelain --untracked-files=no) || refuse no-repository
if [ -n "$dirty" ]; then
    printf '%s\n' "$dirty" | head -n 5 | while IFS= read -r line; do item dirty "${line#???}"; done
    refuse dirty-tree
fi
[ -w .git ] && [ -w . ] || refuse path-unwritable

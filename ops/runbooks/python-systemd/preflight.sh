#!/bin/sh
# Everything that could stop the deploy half way is looked at before the first change.
# include: sudo.sh
cd "$PROJECT_PATH" || refuse path-missing

free_mb=$(df -Pk "$PROJECT_PATH" | awk 'NR == 2 { print int($4 / 1024) }')
fact free_mb "$free_mb"
fact need_mb "$FREE_DISK_MB"
[ "$free_mb" -ge "$FREE_DISK_MB" ] || refuse disk-full
echo "disk: $free_mb MB free"

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

for unit in $SERVICES; do
    fact unit "$unit"
    [ "$(systemctl show -p LoadState --value "$unit")" = loaded ] || refuse unit-missing
    for verb in $UNIT_VERBS; do
        may systemctl "$verb" "$unit" || { fact denied "systemctl $verb $unit"; refuse sudo-denied; }
    done
    echo "$unit: $(systemctl show -p ActiveState --value "$unit")"
done
[ -x "$VENV/bin/python" ] || refuse venv-missing

git cat-file -e "$COMMIT^{commit}" 2>/dev/null || git fetch --quiet --tags origin || fail remote-unreachable
git cat-file -e "$COMMIT^{commit}" || refuse commit-missing
fact commit_name "$(git describe --tags --exact-match "$COMMIT" 2>/dev/null || git rev-parse --short=8 "$COMMIT")"
[ "$COMMIT" != "$previous" ] || [ -n "${AGAIN:-}" ] || refuse already-live

fact ahead "$(git rev-list --count "$previous..$COMMIT")"
fact behind "$(git rev-list --count "$COMMIT..$previous")"
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$previous..$COMMIT" | while IFS= read -r line; do item commits "$line"; done
git log --max-count=8 --abbrev=8 --format='%h %an: %s' "$COMMIT..$previous" | while IFS= read -r line; do item undone "$line"; done
git diff --quiet "$previous" "$COMMIT" -- "$REQUIREMENTS" || fact requirements_changed yes
if [ "$MIGRATIONS" != none ]; then
    git diff --name-only --diff-filter=A "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        while IFS= read -r file; do item migrations "${file##*/}"; done
fi
for file in $CONFIG_FILES; do
    [ -r "$file" ] || { fact config_file "$file"; warn config-missing; }
done
echo "$previous -> $COMMIT"
git --no-pager log --oneline --max-count=20 "$previous..$COMMIT"

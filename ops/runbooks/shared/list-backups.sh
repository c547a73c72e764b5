#!/bin/sh
# What really lies among the backups: size and path of each file, the room that is left, and the checksums of
# the files that $READ names (parted by the unit separator), as many as a few seconds are enough for.
unit=$(printf '\037')
if [ ! -d "$BACKUPS" ]; then
    fact listed yes
    exit 0
fi
fact free "$(df -Pk "$BACKUPS" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')"
find "$BACKUPS" -mindepth 2 -type f ! -name '.*' ! -name '*.sha256' ! -name '*.json' -printf '%s %p\n' 2>/dev/null |
    while IFS= read -r file; do item files "$file"; done
fact listed yes # whoever does not hear it has not heard all
end=$(($(date +%s) + 8))
old_ifs=$IFS IFS=$unit
set -f
for path in $READ; do
    left=$((end - $(date +%s)))
    [ "$left" -gt 0 ] || break
    [ -f "$path" ] && [ ! -L "$path" ] || continue
    sum=$(timeout "$left" sha256sum <"$path") || break
    item sums "${sum%% *} $path"
done
IFS=$old_ifs

#!/bin/sh
# Brings config files to what the repository says they are to be. Into the files that are there: owner and mode stay.
# What they were has been saved by this run.
cd "$PROJECT_PATH" || refuse path-missing
names() { sed -n 's/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)[[:space:]]*=.*/\2/p' "$1" | sort -u; }
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
changed=
for pair in $CONFIG_UPDATE; do
    file=${pair%%=*} from=${pair#*=}
    [ -n "${CONFIG_SAVED:-}" ] || [ ! -e "$file" ] || fail config-unsaved
    git cat-file -e "$COMMIT:$from" 2>/dev/null || { fact config_file "$from"; fail config-source-missing; }
    git show "$COMMIT:$from" >"$scratch/new" || fail config-unreadable
    cmp -s "$scratch/new" "$file" && continue
    umask 077
    : >"$scratch/old"
    if [ -e "$file" ]; then names "$file" >"$scratch/old"; fi
    names "$scratch/new" >"$scratch/names"
    if ! { mkdir -p "$(dirname "$file")" && cat "$scratch/new" >"$file"; }; then fail config-unwritable; fi
    changed=yes
    item config_updated "$file"
    # Names alone: values are nobody's business here.
    comm -13 "$scratch/old" "$scratch/names" | while IFS= read -r name; do echo "$file: + $name"; done
    comm -23 "$scratch/old" "$scratch/names" | while IFS= read -r name; do echo "$file: - $name"; done
    echo "$file is what $from says"
done
[ -n "$changed" ] || skip config-unchanged

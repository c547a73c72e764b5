#!/bin/sh
# Prints the values of the config files, so that they can be masked wherever they turn up. They are kept
# in memory only. Values of a few letters are left out: masking them would blot out half of every log.
cd "$PROJECT_PATH" || exit 0
for file in $CONFIG_FILES; do
    [ ! -r "$file" ] || sed -n 's/^[[:space:]]*\(export[[:space:]][[:space:]]*\)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)[[:space:]]*=[[:space:]]*/\2=/p' "$file"
done

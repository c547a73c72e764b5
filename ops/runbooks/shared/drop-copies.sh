#!/bin/sh
# Deletes exactly the copies elsewhere that $DROP_COPIES lists (ID BYTES SHA256 PATH, parted by the unit separator), where
# their size still is what the catalogue says.
# include: rclone.sh
unit=$(printf '\037')
failed=
drop() {
    copy=$(copy_of "$3")
    if ! size=$(remote lsf --format s --files-only --include "/${copy##*/}" "$(dirname "$copy")"); then
        echo "Not reached: $copy"
        failed=yes
    elif [ -z "$size" ]; then
        item dropped_copies "$1"
        echo "Gone already: $copy"
    elif [ "$size" != "$2" ]; then
        item left_copies "$1 changed"
        warn backups-left
        echo "Left alone, changed: $copy"
    elif remote deletefile "$copy"; then
        item dropped_copies "$1"
        echo "Deleted: $copy, $2 bytes"
    else
        failed=yes
    fi
}
set -f
old_ifs=$IFS IFS=$unit
for entry in $DROP_COPIES; do
    IFS=' '
    # shellcheck disable=SC2086  # as in drop-backups.sh
    set -- $entry
    IFS=$old_ifs
    path=${entry#* } path=${path#* } path=${path#* }
    drop "$1" "$2" "$path"
    IFS=$unit
done
IFS=$old_ifs
[ -z "$failed" ] || fail copies-unreachable

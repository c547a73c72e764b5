#!/bin/sh
# Copies the backups that $COPY lists (ID BYTES SHA256 PATH, parted by the unit separator) to $COPY_TO, each checked
# there. One that fails does not stop the others: it is tried again later.
# include: rclone.sh
unit=$(printf '\037')
failed=
copy() {
    if [ ! -f "$2" ]; then
        item uncopied_backups "$1 missing"
        echo "Not there: $2"
        failed=yes
    elif remote copyto "$2" "$(copy_of "$2")" && checked "$2"; then
        item copied_backups "$1"
        echo "Copied: $(copy_of "$2")"
    else
        item uncopied_backups "$1 copy-failed"
        echo "Not copied: $2"
        failed=yes
    fi
}
set -f
old_ifs=$IFS IFS=$unit
for entry in $COPY; do
    IFS=$old_ifs
    path=${entry#* } path=${path#* } path=${path#* }
    copy "${entry%% *}" "$path"
    IFS=$unit
done
IFS=$old_ifs
[ -z "$failed" ] || fail copy-failed

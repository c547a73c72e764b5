#!/bin/sh
# Deletes exactly the backups that $DROP lists (ID BYTES SHA256 PATH, parted by the unit separator), and of these only what
# still is what the catalogue says. Whatever else lies beside them stays.
unit=$(printf '\037')
left=
keep() {
    item left_backups "$1 $2"
    echo "Left alone, $2: $3"
    left=yes
}
drop() {
    id=$1 bytes=$2 sum=$3 path=$4
    case $path in
        */../* | */.. | */./*) keep "$id" elsewhere "$path"; return ;;
        "$BACKUPS"/*/*) ;;
        *) keep "$id" elsewhere "$path"; return ;;
    esac
    if [ -L "$path" ] || { [ -e "$path" ] && [ ! -f "$path" ]; }; then keep "$id" no-file "$path"; return; fi
    if [ ! -e "$path" ]; then
        item gone_backups "$id"
        echo "Gone already: $path"
        return
    fi
    if [ "$(($(wc -c <"$path")))" != "$bytes" ]; then keep "$id" changed "$path"; return; fi
    if [ "$(sha256sum <"$path" | cut -c1-64)" != "$sum" ]; then keep "$id" changed "$path"; return; fi
    if ! rm -f -- "$path"; then keep "$id" unwritable "$path"; return; fi
    rm -f -- "$path.sha256" "$path.json"
    item dropped_backups "$id"
    echo "Deleted: $path, $bytes bytes"
}
set -f
old_ifs=$IFS IFS=$unit
for entry in $DROP; do
    IFS=' '
    # shellcheck disable=SC2086  # three words without blanks, and a path that may have some
    set -- $entry
    IFS=$old_ifs
    path=${entry#* } path=${path#* } path=${path#* }
    drop "$1" "$2" "$3" "$path"
    IFS=$unit
done
IFS=$old_ifs
[ -z "$left" ] || warn backups-left

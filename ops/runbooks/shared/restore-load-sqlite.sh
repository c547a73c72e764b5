#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Restores the file beside the live one, which nobody notices, and proves that everything is there. It may be run again.
# include: sqlite-counts.sh
# include: restore-file.sh
sqlite_place
fresh=${database_file%/*}/$NEW_NAME
# Readable for whoever reads the live one.
load() {
    in_place 'umask 077; rm -f "$2"; cat >"$2" && chmod --reference="$1" "$2" && chgrp --reference="$1" "$2"; r=$?
        [ "$(id -u)" != 0 ] || chown --reference="$1" "$2"; exit $r' "$database_file" "$fresh"
}
load_backup load || fail restore-load-failed
[ "$(echo 'PRAGMA integrity_check;' | ask_sqlite "$fresh")" = ok ] || fail restore-load-failed
found=$(sqlite_counts "$fresh") || fail restore-load-failed
printf '%s\n' "$found" | compare_with_backup || fail restore-differs
echo "$NEW_NAME: all rows are there"

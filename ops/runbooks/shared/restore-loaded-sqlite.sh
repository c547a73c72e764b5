#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Is everything there that was to be restored beside the file? Asked when nobody saw how that ended.
# include: sqlite-counts.sh
# include: restore-file.sh
sqlite_place
fresh=${database_file%/*}/$NEW_NAME
in_place '[ -f "$1" ]' "$fresh" </dev/null || fail not-done
[ "$(echo 'PRAGMA integrity_check;' | ask_sqlite "$fresh")" = ok ] || fail not-done
found=$(sqlite_counts "$fresh") || fail not-done
printf '%s\n' "$found" | compare_with_backup || fail not-done

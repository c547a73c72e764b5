#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Puts what was restored in the place of the file; the old one stays beside it. It may be run again.
# include: sqlite-counts.sh
# include: sqlite-swap.sh
sqlite_place
emptied_log || fail sessions-remain
put_in_place "$NEW_NAME" "$OLD_NAME" || fail swap-failed
fact set_aside "$OLD_NAME"

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Puts what was unpacked in the place of the folder; the old one stays beside it. It may be run again.
# include: folder-swap.sh
put_in_place "$NEW_NAME" "$OLD_NAME" || fail swap-failed
fact set_aside "$OLD_NAME"

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Can this be put in the place of the folder? Changes nothing.
# include: folder-swap.sh
# include: restore-file.sh
[ -d "$live" ] || refuse folder-missing
[ -w "$above" ] || refuse folder-unwritable
# Whoever is not root cannot give files to somebody else.
[ "$(id -u)" = 0 ] || [ "$(stat -c %u "$live")" = "$(id -u)" ] || refuse folder-not-ours
if [ -z "$RESTORE_FILE" ]; then
    [ -d "$above/$NEW_NAME" ] || refuse aside-gone
    exit 0
fi
look_at_file
look_at_room "$above" "$(du -skx "$live" | awk '{ print $1 * 1024 }')"

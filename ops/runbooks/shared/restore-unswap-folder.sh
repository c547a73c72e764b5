#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Puts the folder back that was there before.
# include: folder-swap.sh
if [ ! -d "$above/$OLD_NAME" ]; then
    [ -d "$live" ] || fail swap-failed
    exit 0
fi
if [ -d "$live" ] && [ ! -d "$above/$NEW_NAME" ]; then mv "$live" "$above/$NEW_NAME" || fail swap-failed; fi
[ ! -e "$live" ] || fail swap-failed
mv "$above/$OLD_NAME" "$live" || fail swap-failed

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Has the folder been replaced? Asked when nobody saw how that ended.
# include: folder-swap.sh
if [ -d "$above/$OLD_NAME" ] && [ -d "$live" ]; then exit 0; fi
fail not-done

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Unpacks the folder beside the live one, which nobody notices. It may be run again.
# include: folder-swap.sh
# include: restore-file.sh
fresh=$above/$NEW_NAME
if ! { rm -rf "$fresh" && mkdir "$fresh" && chmod --reference="$live" "$fresh" && chgrp --reference="$live" "$fresh"; }; then
    fail restore-load-failed
fi
[ "$(id -u)" != 0 ] || chown --reference="$live" "$fresh"
load() { tar -xpf - -C "$fresh"; }
load_backup load || fail restore-load-failed
[ "$(find "$fresh" -mindepth 1 | head -n 1)" ] || fail restore-load-failed
echo "$fresh: all files are there"

#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Removes what a restore has put aside a day ago.
# include: folder-swap.sh
case $OLD_NAME in *__old_*) ;; *) refuse drop-failed ;; esac
[ -d "$above/$OLD_NAME" ] || skip aside-gone
rm -rf "${above:?}/$OLD_NAME" || fail drop-failed

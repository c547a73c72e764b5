#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Removes what was unpacked beside the folder.
# include: folder-swap.sh
case $NEW_NAME in *__new_*) ;; *) refuse drop-failed ;; esac
rm -rf "${above:?}/$NEW_NAME" || fail drop-failed

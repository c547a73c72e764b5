#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Looks whether an archive of files is what was written, and reads every file in it to its end.
look_inside() { tar -tf - | wc -l; }
well_ended() { read -r files && [ "$files" -gt 0 ]; }
# include: check-file.sh
echo "files $(($(cat "$scratch.tail")))" >"$scratch.found"
tell_differences "$scratch.found"

#!/bin/sh
# How many bytes a folder takes.
# include: compose.sh
cd "$PROJECT_PATH" || fail path-missing
if [ -n "${FOLDER_CONTAINER:-}" ]; then
    find_compose
    folder_container=$(one_running "$FOLDER_CONTAINER") || { fact container "$FOLDER_CONTAINER"; fail container-missing; }
    kilobytes=$(docker exec "$folder_container" du -skx "$FOLDER") || { fact folder "$FOLDER"; fail folder-missing; }
else
    kilobytes=$(du -skx "$FOLDER") || { fact folder "$FOLDER"; fail folder-missing; }
fi
set -f
# shellcheck disable=SC2086  # the number is the first word
set -- $kilobytes
fact database_bytes "$(($1 * 1024))"

#!/bin/sh
# Starts the very containers that this run has stopped.
# shellcheck disable=SC2154  # what is included sets them
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: note-logs.sh
# include: stopped.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
note_logs
if [ -r "$stopped" ]; then
    # shellcheck disable=SC2046  # ids
    docker start $(cat "$stopped") >/dev/null || fail start-failed
    while IFS= read -r id; do
        become_well "$id" || { tell_of "$(docker inspect --format '{{.Name}}' "$id")" "$id"; fail container-down; }
    done <"$stopped"
fi
fact up_at "$(date +%s)"

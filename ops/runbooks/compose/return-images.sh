#!/bin/sh
# The containers that ran before, from the images they had: nothing is built and nothing is fetched. What still runs as
# it did is left alone.
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: note-logs.sh
cd "$PROJECT_PATH" || fail path-missing
find_compose
started_by_us=
for service in ${SERVICES_AFTER:-}; do
    case " ${RUNNING_BEFORE:-} " in *" $service "*) ;; *) started_by_us="$started_by_us $service" ;; esac
done
if [ -n "${RUNNING_BEFORE:-}" ]; then
    read_services || fail compose-invalid
    for service in $RUNNING_BEFORE; do
        has_service "$service" || continue
        unpin "$service" before || fail images-gone
    done
    COMPOSE_SERVICES=$(for service in $RUNNING_BEFORE; do ! has_service "$service" || printf '%s ' "$service"; done)
    note_logs
    note_running back
    # shellcheck disable=SC2086  # names
    bring $COMPOSE_SERVICES || fail start-failed
fi
# shellcheck disable=SC2086  # names
leave $started_by_us

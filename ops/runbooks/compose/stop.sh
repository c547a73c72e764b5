#!/bin/sh
# Stops the containers of the project's own services, and notes which. The database's goes on, and so does what is ready-made.
# shellcheck disable=SC2154  # what is included sets them
# include: compose.sh
# include: services.sh
# include: stopped.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
fact stopped_at "$(date +%s)"
mkdir -p "${stopped%/*}" || fail stop-failed
for each in $(deployed); do
    [ "$each" != "${DATABASE_CONTAINER:-}" ] || continue
    [ "$(field "$each" 2)" = build ] || [ -n "$COMPOSE_SERVICES" ] || continue
    for id in $(running "$each"); do
        grep -qxF "$id" "$stopped" 2>/dev/null || echo "$id" >>"$stopped" || fail stop-failed
        docker stop "$id" >/dev/null || fail stop-failed
        echo "stopped $each"
    done
done

#!/bin/sh
# New containers of the same version, without a gap where that can be.
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: note-logs.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
note_logs
note_running restart
for each in $(deployed); do
    # A ready-made one (a database, a proxy) is left alone: nothing of the project is in it.
    [ "$(field "$each" 2)" = build ] || [ -n "$COMPOSE_SERVICES" ] || continue
    why=$(why_not_twice "$each")
    if [ "$why" = - ]; then
        roll "$each"
    else
        echo "$each: in place ($why)"
        in_place "$each" --force-recreate
    fi || fail container-down
done

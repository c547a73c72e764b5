#!/bin/sh
# shellcheck disable=SC2154  # what is included sets name, services and notes
# Runs the project's migrations with the new image, beside the old containers. Its container stays until the next step,
# so that its end can be looked up.
# include: compose.sh
# include: services.sh
# include: roll.sh
[ -n "$MIGRATE_SERVICE" ] || skip no-migrations
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
# The very first time there is no database yet.
missing=
for service in $(printf '%s\n' "$services" | awk '$2 == "image" { print $1 }'); do
    [ -n "$(running "$service")" ] || [ "$service" = "$RELOAD_SERVICE" ] || missing="$missing $service"
done
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # names
    start_up $missing || fail start-failed
    for service in $missing; do
        # shellcheck disable=SC2046  # ids
        all_well "$service" $(existing "$service") || fail container-down
    done
fi
container=lotsman-migrate-$PROJECT-$STAMP
docker rm --force "$container" >/dev/null 2>&1
in_words "$MIGRATE_COMMAND" compose run -d -T --no-deps --name "$container" "$MIGRATE_SERVICE" >/dev/null || fail migration-failed
docker logs --follow "$container" 2>&1
[ "$(docker wait "$container")" = 0 ] || { docker rm --force "$container" >/dev/null; fail migration-failed; }

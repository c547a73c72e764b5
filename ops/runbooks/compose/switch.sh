#!/bin/sh
# shellcheck disable=SC2154  # what is included sets name, services and notes
# From the old containers to the new ones, service by service. Where a service can run twice, nobody notices.
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: note-logs.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
docker rm --force "lotsman-migrate-$PROJECT-$STAMP" >/dev/null 2>&1
note_logs
note_running switch
# shellcheck disable=SC2046  # names
bring $(deployed) || fail container-down
if [ -z "$COMPOSE_SERVICES" ]; then
    for service in ${RUNNING_BEFORE:-}; do has_service "$service" || leave "$service"; done
fi
# Of older versions the images go, except the last $KEEP_RELEASES.
releases=$notes/releases-$PROJECT
# shellcheck disable=SC2153  # the one of the run
{ grep -vxF "$COMMIT" "$releases" 2>/dev/null; echo "$COMMIT"; } >"$releases.part"
tail -n "$KEEP_RELEASES" "$releases.part" >"$releases.kept"
grep -vxFf "$releases.kept" "$releases.part" | while IFS= read -r commit; do
    [ "$commit" != "${PREVIOUS_COMMIT:-}" ] || continue
    docker image ls --format '{{.Repository}}:{{.Tag}}' lotsman | grep -F "lotsman:$name.$(printf %.12s "$commit")." |
        while IFS= read -r tag; do docker rmi "$tag" >/dev/null 2>&1 && echo "removed $tag"; done
done
mv -f "$releases.kept" "$releases" && rm -f "$releases.part"

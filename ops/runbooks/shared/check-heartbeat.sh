#!/bin/sh
# The file was touched within the last $MAX_AGE_SECONDS; a fresh service is given that long to do it.
# include: compose.sh
if [ -n "${HEARTBEAT_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    fact container "$HEARTBEAT_CONTAINER"
    touched() { container=$(one_running "$HEARTBEAT_CONTAINER") && docker exec "$container" stat -c %Y "$HEARTBEAT" 2>/dev/null; }
else
    touched() { stat -c %Y "$HEARTBEAT" 2>/dev/null; }
fi
waited=0
while :; do
    age=$(($(date +%s) - $(touched || echo 0)))
    started=${STARTED_AT:-0}
    [ "$age" -gt "$MAX_AGE_SECONDS" ] || [ $(($(date +%s) - age)) -lt "$started" ] || break
    [ -z "${ASK_ONCE:-}" ] && [ "$waited" -lt "$MAX_AGE_SECONDS" ] || { fact heartbeat_age "$age"; fail heartbeat-old; }
    sleep 1
    waited=$((waited + 1))
done
echo "$HEARTBEAT was touched $age s ago"

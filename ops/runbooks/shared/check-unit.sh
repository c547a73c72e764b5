#!/bin/sh
# The unit is active and stays so, without a restart, for $STABLE_SECONDS. Meanwhile $FIRST_URL is asked: its first good
# answer ends the downtime.
# include: http-status.sh
property() { systemctl show -p "$1" --value "$UNIT"; }
give_up() {
    fact unit_state "$(property ActiveState)/$(property SubState)"
    fact unit_result "$(property Result)"
    journalctl -q -u "$UNIT" -n 30 --no-pager -o cat 2>/dev/null
    fail unit-down
}
note_answer() {
    [ -n "${FIRST_URL:-}" ] && [ -z "$answered" ] || return 0
    [ "$(http_status "$FIRST_URL" 1)" = "$FIRST_STATUS" ] || return 0
    answered=$(date +%s)
    fact answered_at "$answered"
}
answered=
restarts=$(property NRestarts)
steady=0
waited=0
while :; do
    case $(property ActiveState) in
    active) ;;
    activating) steady=-1 ;;
    *) give_up ;;
    esac
    now=$(property NRestarts)
    [ "$now" = "$restarts" ] || give_up
    note_answer
    [ "$steady" -lt "$STABLE_SECONDS" ] || break
    [ "$waited" -lt 120 ] || give_up
    sleep 1
    steady=$((steady + 1))
    waited=$((waited + 1))
done
fact restarts "$restarts"
echo "$UNIT has been active for $steady s, pid $(property MainPID)"

#!/bin/sh
# The unit is active and stays so, without a restart, for $STABLE_SECONDS. Meanwhile $FIRST_URL is asked: its first good
# answer ends the downtime.
# include: http-status.sh
property() { systemctl show -p "$1" --value "$UNIT"; }
# The commonest way in which a new version does not come up, and no check of ours would name it.
look_for_imports() {
    command -v journalctl >/dev/null || return 0
    import_error=$(journalctl -q -u "$UNIT" --since "@${STARTED_AT:-0}" --no-pager -o cat 2>/dev/null |
        grep -aE '^[[:space:]]*(ImportError|ModuleNotFoundError): ' | tail -n 1 | cut -c1-200)
    [ -n "$import_error" ] || return 0
    fact unit "$UNIT"
    fact import_error "$import_error"
    journalctl -q -u "$UNIT" --since "@${STARTED_AT:-0}" -n 30 --no-pager -o cat 2>/dev/null
    fail import-error
}
give_up() {
    [ -z "${STARTED_AT:-}" ] || look_for_imports
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
    [ "$waited" -lt "${PATIENCE_SECONDS:-120}" ] || give_up
    sleep 1
    steady=$((steady + 1))
    waited=$((waited + 1))
done
fact restarts "$restarts"

[ -z "${STARTED_AT:-}" ] || look_for_imports
# Who serves has to have been started by this run: an older process is the old code, however well it does.
# In UTC, because date does not know the names of all zones.
began=$(date -d "$(TZ=UTC systemctl show -p ExecMainStartTimestamp --value "$UNIT")" +%s 2>/dev/null) || began=
if [ "$(property MainPID)" != 0 ] && [ -n "$began" ] && [ "$began" -lt "${STARTED_AT:-0}" ]; then
    fact unit "$UNIT"
    fact process_age "$(($(date +%s) - began))"
    fact proof process
    fail old-code
fi
echo "$UNIT has been active for $steady s, pid $(property MainPID)"

#!/bin/sh
# The unit is active and stays so, without a restart, for $STABLE_SECONDS.
property() { systemctl show -p "$1" --value "$UNIT"; }
give_up() {
    fact unit_state "$(property ActiveState)/$(property SubState)"
    fact unit_result "$(property Result)"
    journalctl -q -u "$UNIT" -n 30 --no-pager -o cat 2>/dev/null
    fail unit-down
}
restarts=$(property NRestarts)
steady=0
waited=0
while [ "$steady" -lt "$STABLE_SECONDS" ]; do
    case $(property ActiveState) in
    active) steady=$((steady + 1)) ;;
    activating) steady=0 ;;
    *) give_up ;;
    esac
    now=$(property NRestarts)
    [ "$now" = "$restarts" ] || give_up
    waited=$((waited + 1))
    [ "$waited" -lt 120 ] || give_up
    sleep 1
done
echo "$UNIT has been active for $steady s, pid $(property MainPID)"

#!/bin/sh
# Restarts Lotsman's own services, and waits until the new process has reported back.
# include: sudo.sh
# include: note-logs.sh
# include: switch-units.sh
rm -f "$LOTSMAN_ACK"
restart_units || fail restart-failed
restarted_at=$(seconds_up)
until [ -e "$LOTSMAN_ACK" ]; do
    sleep 1
    down=$(unit_down)
    if [ -n "$down" ]; then
        fact unit "$down"
        journalctl -q -u "$down" -n 30 --no-pager -o cat 2>/dev/null
        fail unit-down
    fi
    waited=$(($(seconds_up) - restarted_at))
    [ "$waited" -lt "$ACK_SECONDS" ] || { fact ack_seconds "$ACK_SECONDS"; fail not-acknowledged; }
    [ $((waited % 10)) -ne 9 ] || echo "no word from the new process for $waited s"
done
echo "the new process reported back"

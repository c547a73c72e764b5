#!/bin/sh
# Starts the services in order.
# include: sudo.sh
# include: note-logs.sh
note_logs
for unit in $SERVICES; do
    # Who runs by now was started by a reboot or a person, from whatever code was there then.
    case $(systemctl show -p ActiveState --value "$unit") in
    inactive | failed) ;;
    *) as_root systemctl stop "$unit" || fail stop-failed ;;
    esac
    # After a crash loop systemd refuses to start a unit until its counter is reset.
    as_root systemctl reset-failed "$unit" >/dev/null 2>&1
    as_root systemctl start "$unit" || fail start-failed
    echo "started $unit"
done
fact up_at "$(date +%s)"

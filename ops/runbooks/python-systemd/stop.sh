#!/bin/sh
# Stops the services, the last one first.
# include: sudo.sh
fact stopped_at "$(date +%s)"
backwards=
for unit in $SERVICES; do backwards="$unit $backwards"; done
for unit in $backwards; do
    as_root systemctl stop "$unit" || fail stop-failed
    echo "stopped $unit"
done

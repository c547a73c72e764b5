#!/bin/sh
# Stops the services, the last one first.
# include: sudo.sh
backwards=
for unit in $SERVICES; do backwards="$unit $backwards"; done
for unit in $backwards; do
    as_root systemctl stop "$unit" || fail stop-failed
    echo "stopped $unit"
done

#!/bin/sh
# The URL answers $WANTED_STATUS within $WITHIN_SECONDS; asked every second, because a service may need to warm up.
# include: http-status.sh
waited=0
while :; do
    status=$(http_status "$URL" 5)
    if [ "$status" = "$WANTED_STATUS" ]; then
        echo "$URL: $status after $waited s"
        fact answered_at "$(date +%s)"
        exit 0
    fi
    [ "$waited" -lt "$WITHIN_SECONDS" ] || break
    # Nothing will answer any more once the service has given up.
    for unit in $SERVICES; do
        case $(systemctl show -p ActiveState --value "$unit") in failed | inactive)
            fact unit "$unit"
            journalctl -q -u "$unit" -n 30 --no-pager -o cat 2>/dev/null
            fail unit-down
            ;;
        esac
    done
    [ $((waited % 10)) -ne 0 ] || echo "$URL: $status, waiting for $WANTED_STATUS"
    sleep 1
    waited=$((waited + 1))
done
fact http_status "$status"
fact http_wanted "$WANTED_STATUS"
fail http-status

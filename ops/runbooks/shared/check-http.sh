#!/bin/sh
# The URL answers $WANTED_STATUS within $WITHIN_SECONDS; asked every second, because a service may need to warm up.
# include: http-status.sh
waited=0
while :; do
    status=$(http_status "$URL" 5)
    if [ "$status" = "$WANTED_STATUS" ]; then
        echo "$URL: $status after $waited s"
        exit 0
    fi
    [ "$waited" -lt "$WITHIN_SECONDS" ] || break
    [ $((waited % 10)) -ne 0 ] || echo "$URL: $status, waiting for $WANTED_STATUS"
    sleep 1
    waited=$((waited + 1))
done
fact http_status "$status"
fact http_wanted "$WANTED_STATUS"
fail http-status

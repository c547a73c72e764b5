#!/bin/sh
# The URL answers $WANTED_STATUS within $WITHIN_SECONDS; asked every second, because a service may need to warm up.
# Where it is set, the answer holds $WANTED_BODY, and comes in $MOST_MS milliseconds.
# include: http-status.sh
# include: http-body.sh
# include: http-time.sh
# well: the whole of the answer is as it should be; else $objection says what is not.
well() {
    objection=http-status status=$(http_status "$URL" 5)
    [ "$status" = "$WANTED_STATUS" ] || return 1
    if [ -n "${WANTED_BODY:-}" ]; then
        objection=http-body
        case $(http_body "$URL" 5 | tr -d '\000') in *"$WANTED_BODY"*) ;; *) return 1 ;; esac
    fi
    [ -n "${MOST_MS:-}" ] || return 0
    objection=http-slow took=$(http_time "$(http_client)" "$URL" 5 | awk '{ printf "%d", $2 * 1000 }')
    [ "$took" -le "$MOST_MS" ]
}
waited=0
while :; do
    if well; then
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
    [ $((waited % 10)) -ne 0 ] || echo "$URL: $status, waiting for $WANTED_STATUS${WANTED_BODY:+ with $WANTED_BODY}"
    sleep 1
    waited=$((waited + 1))
done
fact http_status "$status"
fact http_wanted "$WANTED_STATUS"
case $objection in
http-body) fact body_wanted "$WANTED_BODY"; fail http-body ;;
http-slow) fact took_ms "$took"; fact most_ms "$MOST_MS"; fail http-slow ;;
esac
fail http-status

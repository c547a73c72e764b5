#!/bin/sh
# Something listens at $TCP_HOST:$TCP_PORT; asked every second for $WITHIN_SECONDS. Uses what the server has.
tcp_open() {
    if command -v bash >/dev/null; then
        # shellcheck disable=SC2016  # bash's own dollars
        timeout 5 bash -c 'exec 3<>"/dev/tcp/$TCP_HOST/$TCP_PORT"' 2>/dev/null
    elif command -v python3 >/dev/null; then
        timeout 6 python3 -c '
import os, socket
socket.create_connection((os.environ["TCP_HOST"], int(os.environ["TCP_PORT"])), timeout=5).close()' 2>/dev/null
    elif command -v nc >/dev/null; then
        timeout 6 nc -z -w 5 "$TCP_HOST" "$TCP_PORT"
    else
        refuse tcp-client-missing
    fi
}
waited=0
until tcp_open; do
    [ "$waited" -lt "$WITHIN_SECONDS" ] || { fact tcp "$TCP_HOST:$TCP_PORT"; fail tcp-closed; }
    sleep 1
    waited=$((waited + 1))
done
echo "$TCP_HOST:$TCP_PORT answers"

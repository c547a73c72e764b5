# shellcheck shell=sh
# http_body URL SECONDS: prints the beginning of what it answers with 200; nothing where it does not.
http_body() {
    if command -v curl >/dev/null; then
        curl --silent --fail --max-time "$2" -- "$1" | head -c 65536
    elif command -v python3 >/dev/null; then
        ASKED=$1 LIMIT=$2 python3 -c '
import os, sys, urllib.request
try:
    with urllib.request.urlopen(os.environ["ASKED"], timeout=float(os.environ["LIMIT"])) as answer:
        sys.stdout.buffer.write(answer.read(65536))
except OSError:
    pass'
    else
        fail http-client-missing
    fi
}

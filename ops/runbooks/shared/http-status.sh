# shellcheck shell=sh
# http_status URL SECONDS: prints the answer's status, 000 where there was none. Uses what the server has.
http_status() {
    if command -v curl >/dev/null; then
        curl --silent --output /dev/null --max-time "$2" --write-out '%{http_code}' -- "$1" || :
    elif command -v python3 >/dev/null; then
        ASKED=$1 LIMIT=$2 python3 -c '
import os, urllib.error, urllib.request
try:
    with urllib.request.urlopen(os.environ["ASKED"], timeout=float(os.environ["LIMIT"])) as answer:
        print(answer.status, end="")
except urllib.error.HTTPError as error:
    print(error.code, end="")
except OSError:
    print("000", end="")'
    else
        fail http-client-missing
    fi
}

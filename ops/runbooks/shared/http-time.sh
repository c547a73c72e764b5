# shellcheck shell=sh
# http_client: prints what this server can ask with; nothing when it has none.
http_client() {
    for client in curl python3; do
        if command -v "$client" >/dev/null; then
            echo "$client"
            return
        fi
    done
}
# http_time CLIENT URL SECONDS: prints the answer's status, 000 where there was none, and the seconds it took: "200 0.012".
http_time() {
    if [ "$1" = curl ]; then
        curl --silent --output /dev/null --max-time "$3" --write-out '%{http_code} %{time_total}' -- "$2" || :
    else
        ASKED=$2 LIMIT=$3 python3 -c '
import os, time, urllib.error, urllib.request
began = time.monotonic()
try:
    with urllib.request.urlopen(os.environ["ASKED"], timeout=float(os.environ["LIMIT"])) as answer:
        answer.read()
        status = answer.status
except urllib.error.HTTPError as error:
    status = error.code
except OSError:
    status = "000"
print(status, f"{time.monotonic() - began:.3f}", end="")'
    fi
}

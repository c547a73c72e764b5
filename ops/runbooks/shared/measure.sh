#!/bin/sh
# Asks $MEASURE_URL for $MEASURE_SECONDS, every $MEASURE_EVERY seconds, and tells how long the answers took and how busy
# the server was meanwhile. Changes nothing, and never fails: what it finds is for people to judge.
# include: http-time.sh
client=$(http_client)
[ -n "$client" ] || skip http-client-missing
sleep "$WARM_UP_SECONDS"
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
until=$(($(date +%s) + MEASURE_SECONDS))
samples=
count=0
while [ "$(date +%s)" -lt "$until" ]; do
    # Beside the question, so that slow answers do not make the questions rarer; not every sleep knows fractions.
    { sleep "$MEASURE_EVERY" 2>/dev/null || sleep 1; } &
    load=0
    if [ -r /proc/loadavg ]; then read -r load _ </proc/loadavg; fi
    samples="$samples$(http_time "$client" "$MEASURE_URL" 5) $load
"
    count=$((count + 1))
    [ $((count % 10)) -ne 0 ] || echo "$count answers"
    wait
done
# Lines of: milliseconds, status, load per core.
samples=$(printf '%s' "$samples" | awk -v cores="$cores" '{ printf "%d %s %.2f\n", $2 * 1000 + 0.5, $1, $3 / cores }')
fact measured_with "$client"
fact requests "$count"
fact errors "$(printf '%s\n' "$samples" | awk '$2 !~ /^[23]/ { n++ } END { print n + 0 }')"
fact load "$(printf '%s\n' "$samples" | awk '{ sum += $3 } END { printf "%.2f", NR ? sum / NR : 0 }')"
# Quantiles by the nearest rank. A question that failed has no time.
quantiles=$(printf '%s\n' "$samples" | awk '$2 ~ /^[23]/ { print $1 }' | sort -n | awk '
    function rank(share) { i = int(NR * share); return i < NR * share ? i + 1 : i }
    { ms[NR] = $1 }
    END { if (NR) print ms[rank(0.5)], ms[rank(0.95)] }')
if [ -n "$quantiles" ]; then
    fact p50_ms "${quantiles% *}"
    fact p95_ms "${quantiles#* }"
fi
# A picture needs no more points than this; the quantiles are of all of them.
printf '%s\n' "$samples" | awk -v step=$((count / 180 + 1)) 'NR % step == 0' | while read -r sample; do
    item samples "$sample"
done

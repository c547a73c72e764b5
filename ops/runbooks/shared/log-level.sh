# shellcheck shell=sh
# Lines of $LEVEL or worse, each with the traceback behind it. $LOG_PREFIX: what stands in front of each line.
of_level() {
    if [ -z "${LEVEL:-}" ]; then
        cat
        return
    fi
    {
        # grep is many times faster than awk, and most lines are not bad.
        if [ -z "${LOG_PREFIX:-}" ]; then LC_ALL=C grep -aE -A 80 -e "$LEVEL"; else cat; fi
    } | LEVEL=$LEVEL LOG_PREFIX=${LOG_PREFIX:-} LC_ALL=C awk '
        BEGIN { level = ENVIRON["LEVEL"]; prefix = ENVIRON["LOG_PREFIX"] }
        { body = $0; if (prefix != "") sub(prefix, "", body) }
        body == "--" { on = trace = 0; next }
        body ~ level { on = 1; trace = body ~ /Traceback \(most recent/; print; next }
        on && body ~ /^[ \t]/ { print; next }
        on && body ~ /^(Traceback|During handling of|The above exception|Caused by|\[stacktrace\]|#[0-9]+ )/ {
            trace = 1; print; next
        }
        on && trace && body == "" { next }
        on && trace { print; on = trace = 0; next }
        { on = trace = 0 }' 2>/dev/null # some have opinions about expressions
}

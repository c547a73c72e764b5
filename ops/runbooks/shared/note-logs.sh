# shellcheck shell=sh
# note_logs: check-log.sh asks only for what is written from here on.
note_logs() {
    log_notes=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/log-offsets
    mkdir -p "$log_notes"
    old_ifs=$IFS IFS=,
    for entry in $LOG_FILES; do
        name=${entry%%=*} file=${entry#*=}
        if [ -r "$file" ]; then echo "$(($(wc -c <"$file")))"; else echo 0; fi >"$log_notes/$PROJECT-$name"
    done
    IFS=$old_ifs
    fact started_at "$(date +%s)"
}

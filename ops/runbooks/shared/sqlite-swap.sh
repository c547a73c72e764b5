# shellcheck shell=sh disable=SC2016,SC2154
# One SQLite file in the place of another: at every moment there is a whole one of the live one's name.
# emptied_log: what is in the live one's log is brought into its file, and the log is gone: it would be read with the other.
emptied_log() {
    echo 'PRAGMA wal_checkpoint(TRUNCATE);' | in_place 'exec sqlite3 -bail -batch "$1"' "$database_file" >/dev/null || return 1
    in_place '[ ! -s "$1-wal" ] && rm -f "$1-wal" "$1-shm"' "$database_file" </dev/null
}
# put_in_place FROM TO: FROM becomes the live file, and that TO. It may be run again.
put_in_place() {
    in_place 'cd "${1%/*}" || exit 1
        live=${1##*/}
        [ -e "$2" ] || { [ -e "$3" ] && [ ! "$3" -ef "$live" ] && exit 0; exit 1; }
        [ -e "$3" ] || ln "$live" "$3" || exit 1
        mv -f "$2" "$live" && sync' "$database_file" "$1" "$2" </dev/null
}

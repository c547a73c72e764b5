# shellcheck shell=sh disable=SC2154
# The file of a backup, $RESTORE_FILE: still the one that was written, and whether all that it holds has come back.
# include: open-backup.sh
# look_at_file: refuses what must not be restored; the catalogue hears of it.
look_at_file() {
    fact backup_file "${RESTORE_FILE##*/}"
    fact verified_backup "$RESTORE_BACKUP"
    if [ ! -r "$RESTORE_FILE" ]; then
        fact backup_bad missing
        refuse restore-file-missing
    fi
    if [ "$(sha256sum <"$RESTORE_FILE" | cut -c1-64)" != "$RESTORE_SHA256" ]; then
        fact backup_bad changed
        refuse restore-file-changed
    fi
    may_open "$RESTORE_FILE" || refuse restore-sealed
    forget_gpg_key
    fact backup_level 0
    echo "${RESTORE_FILE##*/}: the checksum is right"
}
# look_at_room FOLDER BYTES: for that many bytes and a fifth more, where the folder's files are.
look_at_room() {
    free_mb=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
    need_mb=$(($2 * 12 / 10 / 1048576 + FREE_DISK_MB))
    fact free_mb "${free_mb:-0}"
    fact need_mb "$need_mb"
    [ "${free_mb:-0}" -ge "$need_mb" ] || refuse disk-full
}
# load_backup TAKER ARGUMENTS: has the function take in all that the backup holds.
load_backup() {
    may_open "$RESTORE_FILE" || refuse restore-sealed
    read_backup "$RESTORE_FILE" "$@"
    forget_gpg_key
    fact stages "$stages"
    [ "$stages" = '1-open=0 2-unpack=0 3-take=0 ' ]
}
# compare_with_backup: what was counted, on standard input, against what the backup's own manifest says, or where that is
# gone the catalogue ($WANTED_ROWS). Where something differs it tells what, and fails.
compare_with_backup() {
    counted=$(mktemp -d) || return 1
    cat >"$counted/found"
    if [ -r "$RESTORE_FILE.json" ] && [ "$(sha256sum <"$RESTORE_FILE.json" | cut -c1-64)" = "$MANIFEST_SHA256" ]; then
        counts_of "$RESTORE_FILE.json" >"$counted/wanted"
    else
        { echo rows_of largest; printf '%s' "$WANTED_ROWS" | tr '\037' '\n' | sed 's/^/row /'; } >"$counted/wanted"
    fi
    differs=$(compare_counts "$counted/wanted" "$counted/found" | head -n 1)
    fact rows_restored "$(awk '$1 == "row" { all += $2 } END { print all + 0 }' "$counted/found")"
    rm -rf "$counted"
    [ -n "$differs" ] || return 0
    # shellcheck disable=SC2086  # its words
    set -- $differs
    fact rows_wanted "$2"
    fact rows_there "$3"
    shift_to_table "$@"
    echo "$differs"
    return 1
}
shift_to_table() {
    kind=$1
    shift 3
    fact table "${*:-$kind}"
}

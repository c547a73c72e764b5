#!/bin/sh
# shellcheck disable=SC2016,SC2034,SC2154  # the other shell has the arguments; what is included uses and sets the rest
# Backs up one SQLite database: a copy as of one moment, which SQLite itself makes (a file that is simply copied lacks what
# is in its log still, or is torn), looked through for damage before it is packed.
# include: sqlite-counts.sh
stem=$DATABASE
ending=.sqlite
sqlite_place
in_place '[ -r "$1" ]' "$database_file" </dev/null || { fact database_file "$database_file"; refuse sqlite-file-missing; }
size_beforehand() { in_place 'wc -c <"$1"' "$database_file" </dev/null; }
look_inside() {
    head -c 16 | tr -d '\0'
    cat >/dev/null
}
well_ended() { grep -q '^SQLite format 3'; }
dump() { in_place 'cat "$1"' "$copy" </dev/null; }
begin_counting() {
    copy=$part.copy
    [ -z "${DATABASE_CONTAINER:-}" ] || copy=/tmp/.lotsman-$name
    trap 'in_place "rm -f \"\$1\"" "$copy" </dev/null; rm -f "$part" "$part".*' EXIT
    in_place 'rm -f "$2" && umask 077 && exec sqlite3 -readonly -bail "$1" ".timeout 10000" ".backup \"$2\""' \
        "$database_file" "$copy" </dev/null || { fact stage copy=1; fail backup-failed; }
    [ "$(echo 'PRAGMA integrity_check;' | ask_sqlite "$copy")" = ok ] || fail database-damaged
    sqlite_counts "$copy" >"$part.counts" || { : >"$part.counts"; warn rows-not-counted; }
}
end_counting() { :; }
# include: dump-to-file.sh

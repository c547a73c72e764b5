#!/bin/sh
# shellcheck disable=SC2016,SC2034,SC2154  # what is included sets and uses it
# Proves a backup of a SQLite database: a copy made of it is looked through, and holds every row that was counted.
look_inside() {
    cat >"$scratch.restored"
    head -c 16 "$scratch.restored" | tr -d '\0'
}
well_ended() { grep -q '^SQLite format 3'; }
DATABASE_CONTAINER='' # the copy is ours, and here
# include: sqlite-counts.sh
sqlite_place
# include: check-file.sh
[ "$(echo 'PRAGMA integrity_check;' | ask_sqlite "$scratch.restored")" = ok ] || bad unrestorable backup-unrestorable
sqlite_counts "$scratch.restored" >"$scratch.found" || bad unrestorable backup-unrestorable
tell_differences "$scratch.found"

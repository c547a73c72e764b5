#!/bin/sh
# shellcheck disable=SC2016,SC2034,SC2154  # the other shell has the arguments; what is included uses and sets the rest
# Backs up one folder with all below it, but for what is mounted there. What is written meanwhile is warned of.
# include: compose.sh
stem=${PROJECT}_$FOLDER_NAME
ending=.tar
cd "$PROJECT_PATH" || refuse path-missing
if [ -n "${FOLDER_CONTAINER:-}" ]; then
    find_compose
    folder_container=$(one_running "$FOLDER_CONTAINER") || { fact container "$FOLDER_CONTAINER"; refuse container-missing; }
    there() { docker exec "$folder_container" "$@"; }
else
    there() { "$@"; }
fi
there test -d "$FOLDER" || { fact folder "$FOLDER"; refuse folder-missing; }
size_beforehand() { there du -skx "$FOLDER" | awk '{ print $1 * 1024 }'; }
look_inside() { tar -tf - | wc -l; }
well_ended() {
    read -r files && [ "$files" -gt 0 ] && echo "files $files" >"$part.counts"
}
# One that ends with 1 has seen a file change: the others are whole. busybox has no such status.
dump() {
    r=0
    there tar --one-file-system -C "$FOLDER" -cf - . || r=$?
    [ "$r" != 1 ] || { echo changed >"$part.changed"; r=0; }
    return "$r"
}
begin_counting() { :; }
end_counting() { [ ! -e "$part.changed" ] || warn files-changed; }
# include: dump-to-file.sh

# shellcheck shell=sh
# One folder in the place of another, beside it: $FOLDER, and $NEW_NAME and $OLD_NAME in the folder above. It is two
# renames, so for a moment there is none; whoever comes next sees from what is there how far it came.
[ -z "${FOLDER_CONTAINER:-}" ] || refuse folder-in-container
live=${FOLDER%/} above=${FOLDER%/*}
above=${above:-/}
fact folder "$live"
# put_in_place FROM TO: FROM becomes the live folder, and that TO. It may be run again.
put_in_place() {
    if [ -d "$above/$1" ]; then
        [ -d "$above/$2" ] || mv "$live" "$above/$2" || return 1
        [ ! -e "$live" ] || return 1
        mv "$above/$1" "$live" || return 1
        sync
    fi
    [ -d "$live" ]
}

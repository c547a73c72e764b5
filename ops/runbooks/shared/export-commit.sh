# shellcheck shell=sh
# export_files FOLDER: the files of $COMMIT in a folder that is not the work tree.
export_files() {
    mkdir -p "$1" && git archive --output="$1.tar" "$COMMIT" && tar -xf "$1.tar" -C "$1" && rm -f "$1.tar"
}
# export_commit FOLDER: and the project's own config files beside them.
export_commit() {
    export_files "$1" || return 1
    for file in $CONFIG_FILES; do
        [ ! -r "$file" ] || { mkdir -p "$(dirname "$1/$file")" && cp -- "$file" "$1/$file"; } || return 1
    done
}

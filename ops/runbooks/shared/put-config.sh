# shellcheck shell=sh
# put_config ARCHIVE: writes the saved config files back. Into the files that are there, not in their
# place: owner, group and mode are what lets the service read them.
put_config() {
    scratch=$(mktemp -d "$PROJECT_PATH/.lotsman-config.XXXXXX") || fail config-unwritable
    trap 'rm -rf "$scratch"' EXIT
    tar -xzf "$1" -C "$scratch" || fail config-unreadable
    (cd "$scratch" && find . -type f) | while IFS= read -r file; do
        mkdir -p "$(dirname "$PROJECT_PATH/$file")"
        umask 077 # one that is gone comes back for its owner alone
        cat "$scratch/$file" >"$PROJECT_PATH/$file" || exit 1
        echo "restored ${file#./}"
    done || fail config-unwritable
}
# saved_config: the newest archive of the config files that was made while $COMMIT was live, if there is one.
saved_config() {
    archive=
    for file in "$BACKUPS/config/$PROJECT/"*"_$(printf %.12s "$COMMIT").tar.gz"; do
        [ ! -e "$file" ] || archive=$file # names hold the time: the last one is the newest
    done
    echo "$archive"
}

# shellcheck shell=sh
# link_current FOLDER: never for a moment without a version. "ln -sf" alone would remove the link first.
link_current() {
    ln -sfn "releases/${1##*/}" "$SITE_PATH/.current.lotsman" &&
        mv -fT "$SITE_PATH/.current.lotsman" "$SITE_PATH/current" &&
        [ "$(readlink "$SITE_PATH/current")" = "releases/${1##*/}" ]
}

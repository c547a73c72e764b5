# shellcheck shell=sh
# is_release FOLDER: the commit is in it, whole and unchanged.
is_release() {
    [ -f "$1/.git" ] || return 1
    [ "$(git -C "$1" rev-parse --verify HEAD 2>/dev/null)" = "$COMMIT" ] || return 1
    [ ! -e "$(git -C "$1" rev-parse --path-format=absolute --git-path index.lock)" ] || return 1
    [ -z "$(git -C "$1" status --porcelain --untracked-files=no)" ]
}
# share PATH: what all versions share takes the place of what the commit has there, if it has something; git is told
# not to mind.
share() {
    git ls-files -z -- "$1" | git update-index -z --skip-worktree --stdin || return 1
    [ ! -L "$1" ] || return 0
    rm -rf -- "$1" && mkdir -p "$(dirname "$1")" && ln -s "$SITE_PATH/shared/$1" "$1"
}
# share_all LIVE: in the folder of a new version.
share_all() {
    share storage || return 1
    for file in .env $CONFIG_FILES; do
        [ ! -e "$SITE_PATH/shared/$file" ] || share "$file" || return 1
    done
    mkdir -p bootstrap/cache || return 1
    chgrp --reference="$1/bootstrap/cache" bootstrap/cache 2>/dev/null
    chmod --reference="$1/bootstrap/cache" bootstrap/cache 2>/dev/null
    # What storage:link made: by a way that holds for every version.
    [ ! -L "$1/public/storage" ] || [ -e public/storage ] || ln -sfn ../storage/app/public public/storage
}

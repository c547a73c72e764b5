# shellcheck shell=sh
# The site and its programs. $SITE_PATH is what lotsman.yml calls path. With the layout "releases" the live version
# is what the link $SITE_PATH/current leads to, which is $PROJECT_PATH; with "checkout" they are the same.
# release_path: the version that this run brings; for the layout "checkout" there is only the one folder.
release_path() {
    if [ "$LAYOUT" = releases ]; then
        # A run that was cut off may have lost what it knew, never its own name.
        echo "${RELEASE:-$SITE_PATH/releases/${STAMP}_$(printf %.12s "$COMMIT")}"
    else
        echo "$PROJECT_PATH"
    fi
}
# plainly PROGRAM...: with an environment that knows nothing of Lotsman. What Laravel finds there outranks .env, and
# config:cache would write it down for good.
plainly() {
    env -i HOME="$HOME" PATH="$PATH" LANG="${LANG:-C.UTF-8}" LOTSMAN_JOB="${LOTSMAN_JOB:-}" \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} ${SSH_AUTH_SOCK:+"SSH_AUTH_SOCK=$SSH_AUTH_SOCK"} "$@" </dev/null
}
# artisan COMMAND...: in the folder we are in.
artisan() {
    artisan_status=0
    (umask 002 && plainly "$PHP_PROGRAM" artisan --no-interaction --no-ansi "$@") || artisan_status=$?
    # What it left behind (a log with our name on it) php-fpm has to be able to write to as well.
    for place in storage/logs storage/framework/views storage/framework/cache bootstrap/cache; do
        group=$(stat -c %g "$place" 2>/dev/null) || continue
        find "$place" -user "$(id -u)" ! -group "$group" -exec chgrp "$group" {} + -exec chmod g+w {} + 2>/dev/null
    done
    return $artisan_status
}
# forget_caches: a cache of another version can name classes that this one has not, and then not even artisan starts.
forget_caches() { rm -f bootstrap/cache/*.php; }
# make_caches: in the order that Laravel wants.
make_caches() {
    forget_caches || return 1
    for command in config:clear config:cache route:cache view:cache; do
        [ "$command" != view:cache ] || [ -d resources/views ] || continue
        artisan "$command" || { fact artisan "$command"; return 1; }
    done
}

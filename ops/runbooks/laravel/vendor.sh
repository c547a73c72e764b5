# shellcheck shell=sh
# vendor/ remembers which composer.lock it was made from, so a deploy that failed half way is noticed by the next one.
vendor_note=vendor/.lotsman-lock
hash_lock() {
    if [ -e composer.lock ]; then sha256sum <composer.lock; else sha256sum <composer.json; fi | cut -c1-64
}
# has_vendor [FOLDER]: it holds exactly what the composer.lock here asks for.
has_vendor() { [ "$(cat "${1:-vendor}/.lotsman-lock" 2>/dev/null)" = "$(hash_lock)" ]; }
# trust_vendor: one that was made by hand is what the live version asks for, or there would be no live version.
trust_vendor() {
    [ -d vendor ] && [ ! -e $vendor_note ] || return 0
    for file in composer.lock composer.json; do
        lived=$(git show "$PREVIOUS_COMMIT:$file" 2>/dev/null | sha256sum | cut -c1-64)
        git cat-file -e "$PREVIOUS_COMMIT:$file" 2>/dev/null && { echo "$lived" >$vendor_note; return 0; }
    done
    return 0
}
compose() {
    root=
    [ "$(id -u)" != 0 ] || root=1
    plainly env COMPOSER_ALLOW_SUPERUSER=$root "$COMPOSER_PROGRAM" --no-interaction --no-ansi "$@"
}
install_vendor() {
    rm -f $vendor_note
    compose install --no-dev --optimize-autoloader --no-progress || return 1
    hash_lock >$vendor_note
}
# The list of classes is of the code it was made with.
list_classes() { compose dump-autoload --no-dev --optimize; }
# keep_vendor: a copy to go back to, which takes neither composer nor a network. Beside git's own things: nobody
# serves or commits it there.
kept_vendor() { echo "$(git rev-parse --absolute-git-dir)/lotsman-vendor"; }
keep_vendor() {
    [ "$LAYOUT" = checkout ] && [ -d vendor ] || return 0
    kept=$(kept_vendor) || return 1
    rm -rf "$kept" "$kept.part"
    cp -a vendor "$kept.part" && mv "$kept.part" "$kept" && return
    rm -rf "$kept.part"
    return 1
}
vendor_back() {
    kept=$(kept_vendor) || return 1
    has_vendor "$kept" || return 1
    rm -rf "$kept.failed"
    [ ! -d vendor ] || mv vendor "$kept.failed" || return 1
    mv "$kept" vendor && rm -rf "$kept.failed"
}

# shellcheck shell=sh
# look_storage: may we, and may php-fpm, write where Laravel writes? It is told from owners and modes, because we may
# not become that user; where an access list stands beside them, nothing can be said.
php_may_write() {
    case $(ls -ld "$1") in ??????????+*) return 0 ;; esac
    # shellcheck disable=SC2046  # owner, group and mode are three words
    set -- $(stat -L -c '%u %g %a' "$1")
    mode=$(printf '%04d' "$3")
    [ "$php_id" != 0 ] || return 0
    if [ "$1" = "$php_id" ]; then
        mode=${mode#?} mode=${mode%??}
    elif case " $php_groups " in *" $2 "*) true ;; *) false ;; esac; then
        mode=${mode#??} mode=${mode%?}
    else
        mode=${mode#???}
    fi
    case $mode in 2 | 3 | 6 | 7) return 0 ;; esac
    return 1
}
look_storage() {
    php_id=$(id -u "$PHP_USER" 2>/dev/null) || { mind php-user-missing; return; }
    php_groups=$(id -G "$PHP_USER")
    for place in storage/logs storage/framework/views bootstrap/cache storage/logs/*.log; do
        [ -e "$place" ] || continue
        fact storage_place "$place"
        [ ! -d "$place" ] || [ -w "$place" ] || { mind storage-not-ours; return; }
        php_may_write "$place" || { mind storage-unwritable; return; }
    done
}

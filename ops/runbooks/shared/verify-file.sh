#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Looks whether a backup is what was written, and can be read to its end. Restores nothing.
look_inside() {
    case $BACKUP_ENGINE in
    folder | config) tar -tf - | wc -l ;;
    sqlite)
        head -c 16 | tr -d '\0'
        cat >/dev/null
        ;;
    *) tail -n 20 ;;
    esac
}
well_ended() {
    case $BACKUP_ENGINE in
    folder | config) read -r files && [ "$files" -gt 0 ] ;;
    sqlite) grep -q '^SQLite format 3' ;;
    mysql) grep -q '^-- Dump completed' ;;
    *) grep -q 'PostgreSQL database dump complete' ;;
    esac
}
# include: check-file.sh
fact backup_level 1

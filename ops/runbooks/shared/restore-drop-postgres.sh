#!/bin/sh
# Drops what a restore has put aside a day ago.
# include: postgres-login.sh
# include: postgres-server.sh
find_server
case $OLD_NAME in *__old_*) ;; *) refuse drop-failed ;; esac
there "$OLD_NAME" || skip aside-gone
drop_database "$OLD_NAME" || fail drop-failed

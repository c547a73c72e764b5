#!/bin/sh
# Drops what a restore has put aside a day ago.
# include: mysql-login.sh
# include: mysql-server.sh
case $OLD_NAME in *__old_*) ;; *) refuse drop-failed ;; esac
forget_notes "$OLD_NAME"
there "$OLD_NAME" || skip aside-gone
drop_database "$OLD_NAME" || fail drop-failed

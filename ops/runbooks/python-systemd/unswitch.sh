#!/bin/sh
# The way back of switch.sh, where it has not gone all of it by itself.
# include: sudo.sh
# include: install.sh
# include: note-logs.sh
# include: put-config.sh
# include: switch-units.sh
# include: switch-back.sh
lock_switch || fail back-unfinished
switch_noted || skip already-back
cd "$PROJECT_PATH" || fail path-missing
go_back || fail back-unfinished

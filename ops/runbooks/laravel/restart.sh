#!/bin/sh
# Has php-fpm, nginx and the queue workers take the new version in.
# include: sudo.sh
# include: note-logs.sh
# include: site.sh
# include: units.sh
restart_units || fail start-failed
cd "$PROJECT_PATH" || refuse path-missing
[ -z "$QUEUE" ] || artisan queue:restart || warn queue-not-told

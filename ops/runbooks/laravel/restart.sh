#!/bin/sh
# Has php-fpm, nginx and the queue workers take the new version in.
# include: sudo.sh
# include: note-logs.sh
# include: site.sh
# include: units.sh
# With maintenance they were down before, and are until "up"; a reload stops nobody.
[ "$UNIT_VERBS" != restart ] || [ -n "$MAINTENANCE" ] || fact stopped_at "$(date +%s)"
restart_units || fail start-failed
[ "$UNIT_VERBS" != restart ] || [ -n "$MAINTENANCE" ] || fact up_at "$(date +%s)"
cd "$PROJECT_PATH" || refuse path-missing
[ -z "$QUEUE" ] || artisan queue:restart || warn queue-not-told

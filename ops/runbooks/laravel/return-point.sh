#!/bin/sh
# Notes what the way back has to know. Its undo is the end of the way back, when everything else is as it was.
# include: note-logs.sh
cd "$PROJECT_PATH" || refuse path-missing
if [ "$LAYOUT" = releases ]; then fact previous_release "$(pwd -P)"; fi
# Some never cache: then the way back does not either.
if [ -e bootstrap/cache/config.php ]; then fact had_caches yes; else fact had_caches ''; fi
note_logs
git --no-pager log -1 --format='live is %h %s'

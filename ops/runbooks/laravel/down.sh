#!/bin/sh
# Visitors are told to come back later.
# include: site.sh
cd "$PROJECT_PATH" || refuse path-missing
fact stopped_at "$(date +%s)"
artisan down --retry=60 || skip artisan-broken # then nobody is served anyway

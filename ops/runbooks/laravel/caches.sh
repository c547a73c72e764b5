#!/bin/sh
# Caches of config, routes and views. It is also the first time that the new version is started.
# include: site.sh
cd "$(release_path)" || refuse path-missing
make_caches || fail caches-failed

#!/bin/sh
# From here on the new version is served: the link changes in one move.
# include: site.sh
# include: link.sh
release=$(release_path)
[ -d "$release" ] || fail path-missing
link_current "$release" || fail switch-failed
echo "current is ${release##*/}"

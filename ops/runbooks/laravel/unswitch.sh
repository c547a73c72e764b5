#!/bin/sh
# The link leads to the version before again.
# include: link.sh
[ -d "${PREVIOUS_RELEASE:-}" ] || fail path-missing
link_current "$PREVIOUS_RELEASE" || fail switch-failed
echo "current is ${PREVIOUS_RELEASE##*/} again"

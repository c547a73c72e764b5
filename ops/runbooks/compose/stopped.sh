# shellcheck shell=sh disable=SC2034
# Where it is noted which containers a run has stopped.
stopped=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/stopped-$PROJECT-$STAMP

#!/bin/sh
# Stands in front of every step's script: what a script can say besides printing. What follows
# the job's mark up to the end of the line is a message, everything else is its log. Only the script knows the mark, so nothing
# that merely passes through (a commit message, a log line) can imitate one.
#   fact NAME VALUE    learnt something: shown to people, and $NAME (upper case) of the steps after it
#   item NAME VALUE    one more entry of a list
#   warn CODE          worth saying, not worth stopping for
#   skip CODE          ends the step: nothing to do
#   refuse CODE        ends the step: the run must not go on, and nothing has been tried
#   fail CODE          ends the step: it was tried and did not work
_mark=$LOTSMAN_MARK
umask "${LOTSMAN_UMASK:-022}" # the login's own: what a step puts there is often read by a service of another user
unset LOTSMAN_MARK LOTSMAN_UMASK
fact() { printf '%s fact %s %s\n' "$_mark" "$1" "$2"; }
item() { printf '%s item %s %s\n' "$_mark" "$1" "$2"; }
warn() { printf '%s warn %s\n' "$_mark" "$1"; }
skip() {
    printf '%s skip %s\n' "$_mark" "$1"
    exit 0
}
refuse() {
    printf '%s refuse %s\n' "$_mark" "$1"
    exit 64
}
fail() {
    printf '%s fail %s\n' "$_mark" "$1"
    exit 65
}
set -u

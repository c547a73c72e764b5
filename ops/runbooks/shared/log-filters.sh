# shellcheck shell=sh
# What lines a log is narrowed to: $FILTERS, parted by the sign 0x1F: g a text that has to be there, v one
# that must not, G and V the same as expressions of grep -E. All of it reaches grep as an argument of its own.
unit_sign=$(printf '\037')
check_filters() { # an expression that grep does not take is named at once, rather than finding nothing
    rest=${FILTERS:-}
    while [ -n "$rest" ]; do
        one=${rest%%"$unit_sign"*}
        case $rest in *"$unit_sign"*) rest=${rest#*"$unit_sign"} ;; *) rest='' ;; esac
        case $one in
        G* | V*)
            echo | one_filter "$one" >/dev/null 2>&1
            [ $? -lt 2 ] || refuse bad-pattern
            ;;
        esac
    done
}
filtered() { # filtered FILTERS
    case $1 in
    '') cat ;;
    *"$unit_sign"*) one_filter "${1%%"$unit_sign"*}" | filtered "${1#*"$unit_sign"}" ;;
    *) one_filter "$1" ;;
    esac
}
one_filter() (
    # shellcheck disable=SC3045  # dash, bash and busybox have it
    ulimit -v 1048576 2>/dev/null || : # memory: an expression may ask for any
    # Bytes are compared much faster than letters, and are the same where there is nothing but ASCII.
    case $1 in *[!\ -~]*) ;; *) export LC_ALL=C ;; esac
    case $1 in
    g*) grep -aiF -e "${1#?}" ;;
    v*) grep -aivF -e "${1#?}" ;;
    G*) grep -aiE -e "${1#?}" ;;
    V*) grep -aivE -e "${1#?}" ;;
    esac
)

#!/bin/sh
# Lotsman's runner: keeps the steps of a run alive, whatever happens to the connection that started them.
# POSIX sh (dash, bash, busybox) on Linux; needs coreutils or busybox, uses setsid where there is one.
#
#   sh runner.sh serve DIR      reads requests on stdin, answers on stdout
#
# DIR holds scripts/<sha256>.sh, the texts that steps run, and for every job (one attempt at one step):
#   jobs/<id>.claim   "pid start-time boot-id fence" of the supervisor; a hard link, so exactly one wins
#   jobs/<id>.begun   written before the step starts
#   jobs/<id>.out     what the step printed, both streams
#   jobs/<id>.rc      spaces until the end, then "exit-status reason ."
#   jobs/<id>.cancel  somebody wants it to end: seconds between TERM and KILL
#
# Requests (values are lines NAME=value up to an empty line; they become environment variables and are
# never read as shell text) and their answers:
#   hello                                      hello BOOT UPTIME
#   script SHA END + lines + END               stored | broken
#   run ID SHA FENCE BOOT TIMEOUT SILENCE LIMIT MARK MOST END + values
#                                              need | rebooted BOOT | attached | ended ... (then output, END)
#   stat ID OFFSET MOST END                    STATE CODE REASON SIZE (then output, END)
#   cancel ID GRACE                            STATE CODE REASON SIZE
#   ask SHA TIMEOUT MOST MARK END + values     output, then END STATUS
set -u
umask 077
export LC_ALL=C PATH="${PATH:-/bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

boot_id() { read -r boot </proc/sys/kernel/random/boot_id; }
uptime_s() {
    read -r up _ </proc/uptime
    up=${up%%.*}
}

# Sets pid and begun to the calling (sub)shell's own process id and start time, field 22 of stat(5).
# Fields are counted after the last ')', because the name in front of it may hold anything.
identity() { read_stat /proc/self/stat; }
read_stat() {
    IFS= read -r stat 2>/dev/null <"$1" || return 1
    pid=${stat%% *}
    stat=${stat##*) }
    # shellcheck disable=SC2086  # the fields are meant to be split
    set -- $stat
    [ "$1" != Z ] || return 1
    shift 19
    begun=$1
}

# alive PID START BOOT: is that very process still there? A recycled pid has another start time.
alive() {
    boot_id
    [ "$3" = "$boot" ] || return 1
    read_stat "/proc/$1/stat" || return 1
    [ "$begun" = "$2" ]
}

# Sets state, code and reason. The end is read first: whoever reads it may rely on a complete log.
look() {
    state=absent code=- reason=-
    read_end && return
    [ -e "$job.claim" ] || return 0
    read -r c_pid c_start c_boot _ <"$job.claim" || return 0
    case $c_pid in
    cancelled | refused) state=$c_pid ;;
    *)
        if alive "$c_pid" "$c_start" "$c_boot"; then
            state=running
        elif ! read_end; then
            state=never-began
            [ ! -s "$job.begun" ] || { state=lost; code=$(marked | grep -c .); }
        fi
        ;;
    esac
}
read_end() {
    [ -e "$job.rc" ] || return 1
    read -r code reason dot _ <"$job.rc"
    if [ "${dot:-}" = . ]; then state=ended; else
        code=- reason=-
        return 1
    fi
}
size_of() { if [ -e "$job.out" ]; then size=$(($(wc -c <"$job.out"))); else size=0; fi; }

# The process ids that carry this job's cookie: its whole tree, daemons included, but for what
# changed its user (sudo), cleared its environment or lives in a container.
marked() {
    for environ in /proc/[0-9]*/environ; do
        if grep -qzxF "LOTSMAN_JOB=${job##*/}" "$environ" 2>/dev/null; then
            environ=${environ#/proc/}
            echo "${environ%/environ}"
        fi
    done
}
# Frozen first, so that nothing forks away between the look and the signal.
signal_tree() {
    round=0 found=
    while [ $round -lt 20 ]; do
        before=$found
        found=$(marked)
        [ -n "$found" ] || return 0
        [ "$found" != "$before" ] || break
        for pid in $found; do kill -STOP "$pid" 2>/dev/null; done
        round=$((round + 1))
    done
    for pid in $found; do
        kill "-$1" "$pid" 2>/dev/null
        kill -CONT "$pid" 2>/dev/null
    done
}
end_tree() { # end_tree GRACE: TERM, GRACE seconds, KILL until nothing is left
    signal_tree TERM
    waited=0
    while [ "$waited" -lt "$1" ] && [ -n "$(marked)" ]; do
        sleep 1
        waited=$((waited + 1))
    done
    waited=0
    while [ -n "$(marked)" ] && [ $waited -lt 10 ]; do
        signal_tree KILL
        waited=$((waited + 1))
    done
}

# Runs in a fork of the serving shell, detached from the connection.
supervise() { # supervise FENCE TIMEOUT SILENCE LIMIT SCRIPT
    trap : HUP INT TERM PIPE
    identity
    boot_id
    me=$pid
    printf '%s %s %s %s\n' "$me" "$begun" "$boot" "$1" >"$job.c$me" || return 73
    ln "$job.c$me" "$job.claim" 2>/dev/null || return 0 # somebody else was first
    # Room for the end is taken now: a step that fills the disk must still be able to end.
    printf '%4096s\n' '' >"$job.rc" || return 73
    : >>"$job.out"
    uptime_s
    end_at=$((up + $2))
    echo "$up" >"$job.begun" || return 73
    $setsid sh "$5" </dev/null >>"$job.out" 2>&1 &
    step=$!
    watch "$me" "$end_at" "$3" "$4" </dev/null >/dev/null 2>&1 &
    watcher=$!
    # A signal that has a trap ends wait early, with a status over 128.
    while :; do
        wait $step
        code=$?
        kill -0 $step 2>/dev/null || break
    done
    reason='exit'
    if [ -s "$job.why" ]; then
        read -r reason <"$job.why"
        wait $watcher # it goes on until the whole tree is gone, and only then may there be an end
    else
        kill $watcher 2>/dev/null
    fi
    tries=0
    until printf '%s %s .' "$code" "$reason" 1<>"$job.rc"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || return 74
        sleep 1
    done
}
watch() { # watch SUPERVISOR END SILENCE LIMIT: the limits hold with nobody connected
    unset LOTSMAN_JOB # what it starts itself is not part of the job
    size=0 size_at=0
    uptime_s
    size_at=$up
    while sleep 1 && kill -0 "$1" 2>/dev/null; do
        last=$size
        uptime_s
        size_of
        [ "$size" = "$last" ] || size_at=$up
        if [ -e "$job.cancel" ]; then
            read -r grace <"$job.cancel"
            give_up cancelled "${grace:-10}"
        elif [ "$up" -ge "$2" ]; then
            give_up timed-out 10
        elif [ $((up - size_at)) -ge "$3" ]; then
            give_up silent 10
        elif [ "$size" -gt "$4" ]; then
            give_up flooded 5
        fi
    done
}
give_up() {
    echo "$1" >"$job.why"
    end_tree "$2"
    exit 0
}

# --- requests ----------------------------------------------------------------------------------------

read_values() { # gathers NAME=value lines; they are data and stay data
    values=
    while IFS= read -r line && [ -n "$line" ]; do
        values="$values$line
"
    done
}
export_values() {
    while IFS= read -r line; do
        [ -z "$line" ] || export "${line?}"
    done <<END_OF_VALUES
$values
END_OF_VALUES
    unset LC_ALL
    export LANG=C.UTF-8
}
output() { # output OFFSET MOST END
    if [ -s "$job.out" ]; then
        if [ "$1" = 0 ]; then head -c "$2" "$job.out"; else tail -c "+$(($1 + 1))" "$job.out" | head -c "$2"; fi
    fi
    printf '\n%s\n' "$3"
}
store_script() { # store_script SHA END
    file=$dir/scripts/$1.sh
    while IFS= read -r line && [ "$line" != "$2" ]; do printf '%s\n' "$line"; done >"$file.$$"
    if [ "$(sha256sum <"$file.$$")" = "$1  -" ] && mv -f "$file.$$" "$file"; then echo stored; else
        rm -f "$file.$$"
        echo broken
    fi
}
run() { # run ID SHA FENCE BOOT TIMEOUT SILENCE LIMIT MARK MOST END
    job=$dir/jobs/$1
    read_values
    if [ ! -e "$job.claim" ]; then
        [ -r "$dir/scripts/$2.sh" ] || { echo need; return; }
        boot_id
        [ "$4" = - ] || [ "$4" = "$boot" ] || { echo "rebooted $boot"; return; }
        (
            export_values
            # shellcheck disable=SC2030  # these are meant for this subshell alone
            export LOTSMAN_JOB="$1" LOTSMAN_MARK="$8"
            cd "$HOME" 2>/dev/null || cd /
            supervise "$3" "$5" "$6" "$7" "$dir/scripts/$2.sh"
        ) </dev/null >/dev/null 2>&1 &
        wait $!
    fi
    look
    [ "$state" != running ] || { echo attached; return; }
    echo "$state $code $reason -"
    shift 8
    output 0 "$1" "$2"
}
stat_job() { # stat ID OFFSET MOST END
    job=$dir/jobs/$1
    look
    size_of
    echo "$state $code $reason $size"
    output "$2" "$3" "$4"
}
cancel() { # cancel ID GRACE
    job=$dir/jobs/$1
    echo 'cancelled 0 0 0' >"$job.x$$"
    # Claimed by a tombstone, the job can never start any more. Claimed already, it is asked to end.
    ln "$job.x$$" "$job.claim" 2>/dev/null || echo "$2" >"$job.cancel"
    rm -f "$job.x$$"
    look
    if [ "$state" = lost ]; then
        end_tree "$2"
        look
    fi
    size_of
    echo "$state $code $reason $size"
}
ask() { # ask SHA TIMEOUT MOST MARK END
    read_values
    [ -r "$dir/scripts/$1.sh" ] || { echo need; return; }
    echo asked
    exec 4>&1
    status=$(
        {
            {
                r=0
                (
                    export_values
                    # shellcheck disable=SC2031  # set here, for this subshell
                    export LOTSMAN_MARK="$4"
                    cd "$HOME" 2>/dev/null || cd /
                    exec timeout -k 5 "$2" sh "$dir/scripts/$1.sh" </dev/null 2>&1
                ) || r=$?
                echo $r >&3
            } | head -c "$3" >&4
        } 3>&1
    )
    exec 4>&-
    printf '\n%s %s\n' "$5" "$status"
}

[ "${1:-}" = serve ] || exit 64
dir=$2
mkdir -p "$dir/jobs" "$dir/scripts" || exit 73
setsid=$(command -v setsid) || setsid=
while IFS= read -r request; do
    # Arguments are made by Lotsman from its own numbers and hashes, and hold no blanks or wildcards.
    set -f
    # shellcheck disable=SC2086
    set -- $request
    set +f
    case ${2:-} in *[!A-Za-z0-9-]*) exit 64 ;; esac
    verb=$1
    shift
    case $verb in
    hello)
        boot_id
        uptime_s
        echo "hello $boot $up"
        ;;
    script) store_script "$@" ;;
    run) run "$@" ;;
    stat) stat_job "$@" ;;
    cancel) cancel "$@" ;;
    ask) ask "$@" ;;
    *) exit 64 ;;
    esac
done

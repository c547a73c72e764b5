#!/bin/sh
# Lotsman's runner: keeps the steps of a run alive, whatever happens to the connection that started them.
# POSIX sh (dash, bash, busybox) on Linux; needs coreutils or busybox, uses setsid where there is one.
#
#   sh runner.sh serve DIR      reads requests on stdin, answers on stdout
#
# DIR holds scripts/<sha256>.sh, the texts that steps run, and for every job (one attempt at one step):
#   jobs/<id>.claim   "pid start-time boot-id fence" of the supervisor; a hard link, so exactly one wins
#   jobs/<id>.begun   seconds of uptime, written before the step starts; then perhaps the size of its log
#   jobs/<id>.out     what the step printed, both streams
#   jobs/<id>.rc      spaces until the end, then "exit-status reason ."
#   jobs/<id>.cancel  somebody wants it to end: seconds between TERM and KILL
#   jobs/<id>.ack     what the step waits for has happened; the step knows the path as $LOTSMAN_ACK
# and for every lock (one per project) fences/<lock>, the number of the newest run that has come with it.
#
# Requests (values are lines NAME=value up to an empty line; they become environment variables and are
# never read as shell text) and their answers:
#   hello                                      hello BOOT UPTIME FREE-KB
#   script SHA END + lines + END               stored | broken
#   run ID SHA LOCK FENCE BOOT TIMEOUT SILENCE LIMIT MARK MOST END + values
#                                              need | rebooted BOOT | attached | ended ... (then output, END)
#   stat ID OFFSET MOST END                    STATE CODE REASON SIZE (then output, END)
#   cancel ID GRACE                            STATE CODE REASON SIZE
#   ack ID                                     acknowledged | broken
#   clean DAYS                                 cleaned
#   ask SHA TIMEOUT MOST MARK END + values     output, then END STATUS
set -u
umask 077
export LC_ALL=C PATH="${PATH:-/bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

# sh runner.sh stem WHOM DIR: the step's own shell, begun before there is a step. It reads the step's values
# and becomes it; told nothing, it ends with those who could have told it something. It comes first in this
# file because nothing of the runner may be known to a script.
if [ "${1:-}" = stem ]; then
    go='' whom=''
    # What was meant for an earlier stem that somebody killed is passed over.
    until [ "$go $whom" = "go $2" ]; do
        read -r go whom id sha mark || exit 71
    done
    while IFS= read -r line && [ -n "$line" ]; do export "${line?}"; done
    exec </dev/null >>"$3/jobs/$id.out" 2>&1
    unset LC_ALL
    export LANG=C.UTF-8
    cd "$HOME" 2>/dev/null || cd /
    export LOTSMAN_ACK="$3/jobs/$id.ack"
    LOTSMAN_MARK=$mark _script=$3/scripts/$sha.sh _begun=$3/jobs/$id.begun
    # shellcheck disable=SC2154  # read by the trap itself
    trap 'read -r _ _size </proc/self/fdinfo/1 && echo "$_size" >>"$_begun"' EXIT
    unset go whom id sha mark line
    set --
    # shellcheck disable=SC1090  # stored by its hash
    . "$_script"
    exit
fi

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

# The process ids that carry this job's cookie, its supervisor's identity: its whole tree, daemons included, but
# for what changed its user (sudo), cleared its environment or lives in a container.
marked() {
    read -r c_pid c_start _ <"$job.claim"
    # One grep for all of them: a busy server has hundreds of processes.
    # shellcheck disable=SC2013  # these names hold no blanks
    for environ in $(grep -lzxF "LOTSMAN_JOB=$c_pid-$c_start" /proc/[0-9]*/environ 2>/dev/null); do
        environ=${environ#/proc/}
        echo "${environ%/environ}"
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

# Most of what a short step takes is processes that begin, so they begin before there is a step: a supervisor
# and, in a session of its own, the stem. Sets supervisor and born to the supervisor's process id and start time.
prepare() {
    supervise </dev/null >/dev/null 2>&1 &
    supervisor=$!
    read_stat "/proc/$supervisor/stat"
    born=$begun
}
# Two pipes that close when this shell ends: what a job is told travels through 7 to the stem and through 8 to its
# supervisor. Most shells make a pipe of a here-document; a bash before 5.1 makes a file of it.
make_pipes() {
    exec 7<<FIRST 8<<SECOND
-
FIRST
-
SECOND
    if [ -p /proc/self/fd/7 ]; then
        exec 7<>/proc/self/fd/7 8<>/proc/self/fd/8
        read -r _ <&7
        read -r _ <&8
        return
    fi
    feed=$dir/feed-$$
    rm -f "$feed-7" "$feed-8"
    mkfifo "$feed-7" "$feed-8" && exec 7<>"$feed-7" 8<>"$feed-8" || exit 73
    rm -f "$feed-7" "$feed-8"
}
# Runs in a fork of the serving shell, detached from the connection. Waits for a job, or for that shell's end.
supervise() {
    trap : HUP INT PIPE
    told=
    trap 'told=1' TERM
    identity
    boot_id
    me=$pid
    exec 3<>/proc/self/fd/7 4</proc/self/fd/8 7>&- 8>&-
    # It must not hold what it reads from open for writing itself, or it would never see the end.
    LOTSMAN_JOB=$me-$begun $setsid sh "$runner" stem "$me-$begun" "$dir" </proc/self/fd/3 3>&- 4<&- &
    step=$!
    go='' whom=''
    until [ "$go $whom" = "go $me-$begun" ]; do
        read -r go whom id lock fence timeout silence limit <&4 || exit 0
    done
    job=$dir/jobs/$id
    claim "$lock" "$fence" || {
        kill -KILL $step
        wait $step # it must not read what the next one is told
        exit 0
    }
    echo >&3 # the last line that the stem waits for
    exec 3>&- 4<&-
    watch "$me" "$timeout" "$silence" "$limit" &
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
        # The server goes down, or our session is being killed: it was not the step that failed, and its end is not known.
        [ -z "$told" ] || [ "$code" = 0 ] || exit 0
    fi
    tries=0
    until printf '%s %s .' "$code" "$reason" 1<>"$job.rc"; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || exit 74
        sleep 1
    done
    exit 0
}
claim() { # claim LOCK FENCE: fails when somebody else was first or newer, or when nothing can be written
    if newest "$1" "$2"; then
        printf '%s %s %s %s\n' "$me" "$begun" "$boot" "$2" >"$job.c$me" || return 73
    else
        echo 'refused 0 0 0' >"$job.c$me"
        ln "$job.c$me" "$job.claim"
        return 73
    fi
    ln "$job.c$me" "$job.claim" || return 73
    # Room for the end is taken now: a step that fills the disk must still be able to end.
    printf '%4096s\n' '' >"$job.rc" || return 73
    : >>"$job.out"
    uptime_s
    echo "$up" >"$job.begun"
}
# Is no newer run known of for this lock? One that was seen more than an hour ago does not count: nobody pauses for
# so long, but numbers may begin again lower, from a backup of the bot's database.
newest() { # newest LOCK FENCE
    [ "$1" != - ] || return 0
    seen=0
    [ ! -e "$dir/fences/$1" ] || read -r seen <"$dir/fences/$1"
    [ "$2" != "$seen" ] || return 0
    [ "$2" -gt "$seen" ] || [ -z "$(find "$dir/fences/$1" -mmin -60)" ] || return 1
    echo "$2" >"$dir/fences/$1.$me" && mv -f "$dir/fences/$1.$me" "$dir/fences/$1"
}
watch() { # watch SUPERVISOR TIMEOUT SILENCE LIMIT: the limits hold with nobody connected
    size=0
    uptime_s
    size_at=$up end_at=$((up + $2))
    while sleep 1 && kill -0 "$1" 2>/dev/null; do
        last=$size
        uptime_s
        size_of
        [ "$size" = "$last" ] || size_at=$up
        if [ -e "$job.cancel" ]; then
            read -r grace <"$job.cancel"
            give_up cancelled "${grace:-10}"
        elif [ "$up" -ge "$end_at" ]; then
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

# Where systemd rules, what a login session leaves behind may be killed with it (KillUserProcesses). So we and all
# that we shall start move to a scope of our own: the user's, whose systemd outlives the session when it is told to
# linger, or the system's where we are root or may be. Where none of that goes, we stay where we are.
leave_session() {
    [ -d /run/systemd/system ] && grep -q '/session-[^/]*\.scope' /proc/self/cgroup || return 0
    identity
    user=$(id -u)
    export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$user}"
    set -- org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
        StartTransientUnit 'ssa(sv)a(sa(sv))' "lotsman-$pid-$begun.scope" fail \
        2 PIDs au 1 "$pid" CollectMode s inactive-or-failed 0
    if [ "$user" = 0 ]; then
        busctl call "$@"
    elif [ -e "/var/lib/systemd/linger/$(id -un)" ]; then
        busctl --user call "$@"
    else
        sudo -n -l busctl call "$@" && sudo -n busctl call "$@"
    fi </dev/null >/dev/null 2>&1 || return 0
    moves=0 # it was told to; wait until it has
    until grep -q "/lotsman-$pid-$begun.scope" /proc/self/cgroup || [ $moves -ge 200 ]; do moves=$((moves + 1)); done
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
# Sets text to the log where that is short and has no NUL byte, which a shell cannot hold: without a process.
read_short() {
    { read -r _ && read -r size; } <"$job.begun" && [ "$size" -le 2048 ] || return 1
    text=
    while IFS= read -r line; do text="$text$line
"; done <"$job.out"
    text=$text$line
    [ ${#text} = "$size" ]
}
run() { # run ID SHA LOCK FENCE BOOT TIMEOUT SILENCE LIMIT MARK MOST END
    job=$dir/jobs/$1
    read_values
    if [ ! -e "$job.claim" ]; then
        [ -r "$dir/scripts/$2.sh" ] || { echo need; return; }
        boot_id
        [ "$5" = - ] || [ "$5" = "$boot" ] || { echo "rebooted $boot"; return; }
        # After a supervisor that somebody killed there are new pipes: its stem may be reading the old ones.
        alive "$supervisor" "$born" "$boot" || { make_pipes; prepare; }
        spent=1
        # Values first: with the supervisor's line everything is on its way, and this shell may die.
        printf 'go %s %s %s %s\n%s' "$supervisor-$born" "$1" "$2" "$9" "$values" >&7
        printf 'go %s %s %s %s %s %s %s\n' "$supervisor-$born" "$1" "$3" "$4" "$6" "$7" "$8" >&8
        wait "$supervisor"
    fi
    look
    [ "$state" != running ] || { echo attached; return; }
    shift 9
    if [ "$state" = ended ] && [ "$1" -gt 2048 ] && read_short; then
        printf '%s %s %s -\n%s\n%s\n' "$state" "$code" "$reason" "$text" "$2"
    else
        echo "$state $code $reason -"
        output 0 "$1" "$2"
    fi
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
acknowledge() { # acknowledge ID
    if true >"$dir/jobs/$1.ack"; then echo acknowledged; else echo broken; fi
}
# Removes what ended so long ago; of each job the claim last, so that at no moment it could begin again.
clean() { # clean DAYS
    find "$dir/jobs" -name '*.rc' -mtime "+$1" -size +0 | while IFS= read -r file; do
        job=${file%.rc}
        read_end || continue
        rm -f "$job.out" "$job.begun" "$job.cancel" "$job.ack" "$job.why" "$job".c[0-9]* "$job.rc"
        rm -f "$job.claim"
    done
    # What never began has a claim only, or not even that.
    find "$dir/jobs" "$dir/fences" -type f -mtime "+$1" ! -name '*.rc' ! -name '*.out' ! -name '*.begun' \
        ! -name '*.claim' -exec rm -f {} +
    find "$dir/jobs" -name '*.claim' -mtime "+$1" | while IFS= read -r file; do
        job=${file%.claim}
        look
        [ "$state $code" != 'lost 0' ] || rm -f "$job.out" "$job.begun" "$job.rc"
        case "$state $code" in 'cancelled '* | 'refused '* | 'never-began '* | 'lost 0') rm -f "$job.claim" ;; esac
    done
    find "$dir/scripts" -type f -mtime "+$1" -exec rm -f {} +
    echo cleaned
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
                exec 7>&- 8>&-
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
mkdir -p "$dir/jobs" "$dir/scripts" "$dir/fences" || exit 73
free_kb=$(df -Pk "$dir" | { read -r _ && read -r _ _ _ free _ && echo "$free"; })
setsid=$(command -v setsid) || setsid=
runner=$0
supervisor=0 born=0 spent=0
leave_session
make_pipes
prepare
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
        echo "hello $boot $up ${free_kb:-0}"
        ;;
    script) store_script "$@" ;;
    run) run "$@" ;;
    stat) stat_job "$@" ;;
    cancel) cancel "$@" ;;
    ack) acknowledge "$@" ;;
    clean) clean "$@" ;;
    ask) ask "$@" ;;
    *) exit 64 ;;
    esac
    # The next job finds everything begun. Nobody waits for that: the answer is on its way.
    [ $spent = 0 ] || { spent=0; prepare; }
done

# shellcheck shell=sh
# How a backup is read again. The secret key that opens a sealed one ($BACKUP_IDENTITY, several with commas between them)
# comes with the step, and goes to age by a pipe: it is in no file, no argument and no program's environment.
identity=${BACKUP_IDENTITY:-} gpg_key=${BACKUP_GPG_KEY:-}
unset BACKUP_IDENTITY BACKUP_GPG_KEY
# may_open FILE: whether there is a key for it, if it needs one.
may_open() {
    case $1 in
    *.age)
        [ -n "$identity" ] || return 1
        command -v age >/dev/null || refuse age-missing
        ;;
    *.gpg)
        [ -n "$gpg_key" ] || return 1
        command -v gpg >/dev/null || refuse gpg-missing
        take_gpg_key
        ;;
    esac
}
# gpg wants a folder for keys: one in memory, gone with the step.
take_gpg_key() {
    [ -d /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ] || refuse gpg-no-memory
    gpg_home=$(mktemp -d /dev/shm/lotsman.XXXXXX) || refuse gpg-no-memory
    printf '%s' "$gpg_key" | base64 -d | gpg --homedir "$gpg_home" --batch --quiet --import 2>/dev/null || refuse identity-wrong
}
forget_gpg_key() {
    [ -n "${gpg_home:-}" ] || return 0
    gpgconf --homedir "$gpg_home" --kill all 2>/dev/null
    rm -rf "$gpg_home"
}
opened() {
    case $1 in
    *.age) printf '%s\n' "$identity" | tr , '\n' | age -d -i - "$1" ;;
    *.gpg) gpg --homedir "$gpg_home" --batch --quiet --no-tty -d "$1" ;;
    *) cat "$1" ;;
    esac
}
unpacked_as() { # unpacked_as FILE: by what its name says
    case ${1%.*} in
    *.gz) gzip -dc ;;
    *.zst) zstd -d -q -c ;;
    *) case $1 in *.zst) zstd -d -q -c ;; *) gzip -dc ;; esac ;;
    esac
}
# read_backup FILE TAKER ARGUMENTS: has the function read all that is in it; sets stages to how each part of that ended.
read_backup() {
    read_file=$1
    shift
    stages=$( { { { r=0; opened "$read_file" || r=$?; echo "1-open=$r" >&3; } |
        { r=0; unpacked_as "$read_file" || r=$?; echo "2-unpack=$r" >&3; } |
        { r=0; "$@" || r=$?; echo "3-take=$r" >&3; }; } 3>&1 >/dev/null; } | sort | tr '\n' ' ')
    echo "$stages"
}
# What a manifest says, as lines again: "NAME NUMBER", "row COUNT TABLE", "about COUNT TABLE".
counts_of() {
    awk '
        /^"rows": \{$/ { kind = "row"; next }
        /^"rows_about": \{$/ { kind = "about"; next }
        kind != "" && /^\}/ { kind = ""; next }
        kind != "" {
            sub(/,$/, "")
            number = $0
            sub(/.*: /, "", number)
            sub(/: [0-9]+$/, "")
            print kind, number, $0
            next
        }
        /^"(constraints|files|functions|indexes|sequences|triggers|views|database_bytes)": [0-9]+,?$/ {
            name = $1; number = $2
            gsub(/[":]/, "", name); sub(/,$/, "", number)
            print name, number
        }
        /^"rows_of": "[a-z]+",?$/ { name = $2; gsub(/[",]/, "", name); print "rows_of", name }' <"$1"
}
# compare_counts WANTED FOUND: prints what differs, a line each: "KIND WANTED FOUND TABLE".
compare_counts() {
    awk '
        function table(line) { sub(/^[a-z]+ [0-9]+ /, "", line); return line }
        NR == FNR {
            if ($1 == "row") rows[table($0)] = $2
            else if (NF == 2) things[$1] = $2
            next
        }
        $1 == "rows_of" { largest = ($2 == "largest"); next }
        $1 == "about" { known[table($0)] = 1; next }
        $1 == "row" {
            known[table($0)] = 1
            found = table($0) in rows ? rows[table($0)] : "none"
            if (found != $2) print "rows", $2, found, table($0)
            next
        }
        $1 != "database_bytes" && NF == 2 && ($1 in things) && things[$1] != $2 { print $1, $2, things[$1] }
        END { if (!largest) for (name in rows) if (!(name in known)) print "rows", "none", rows[name], name }' "$2" "$1"
}

# shellcheck shell=sh disable=SC2154
# Looks at one backup, $BACKUP_FILE: whether it is what was written ($BACKUP_SHA256), and whether it can be read to its
# end. Whoever includes this has said how its inside is looked at (look_inside) and what a whole one ends with (well_ended).
# include: open-backup.sh
# bad WHAT CODE: nobody should rely on it.
bad() {
    fact backup_bad "$1"
    fail "$2"
}
fact verified_backup "$BACKUP_ID"
fact backup_name "${BACKUP_FILE##*/}"
scratch=${BACKUP_FILE%/*}/.${BACKUP_FILE##*/}.part-verify-$$
tidy() {
    forget_gpg_key
    rm -f "$scratch" "$scratch".*
}
trap tidy EXIT
trap 'exit 130' HUP INT TERM
umask 077
renice -n 10 -p $$ >/dev/null 2>&1
ionice -c 3 -p $$ 2>/dev/null
[ -d "${BACKUP_FILE%/*}" ] || refuse backups-missing
[ -e "$BACKUP_FILE" ] || bad missing backup-missing
[ -r "$BACKUP_FILE" ] || refuse backup-unreadable
[ -w "${BACKUP_FILE%/*}" ] || refuse backups-unwritable
wanted_sum=$BACKUP_SHA256
[ -n "$wanted_sum" ] || read -r wanted_sum _ <"$BACKUP_FILE.sha256" || refuse checksum-missing
[ "$(sha256sum <"$BACKUP_FILE" | cut -c1-64)" = "$wanted_sum" ] || bad changed backup-damaged
echo "${BACKUP_FILE##*/}: the checksum is right"
if ! may_open "$BACKUP_FILE"; then
    fact backup_level 0
    warn identity-missing
    exit 0
fi
# What it should hold, as counted when it was made.
: >"$scratch.wanted"
if [ -r "$BACKUP_FILE.json" ] && { [ -z "$MANIFEST_SHA256" ] ||
    [ "$(sha256sum <"$BACKUP_FILE.json" | cut -c1-64)" = "$MANIFEST_SHA256" ]; }; then
    counts_of "$BACKUP_FILE.json" >"$scratch.wanted"
fi
keep_inside() { look_inside >"$scratch.tail"; }
read_backup "$BACKUP_FILE" keep_inside 2>"$scratch.said"
cat "$scratch.said"
case $stages in
'1-open=0 2-unpack=0 3-take=0 ') ;;
1-open=0*) bad undecodable backup-undecodable ;;
*)
    ! grep -q 'no identity matched\|No secret key' "$scratch.said" || refuse identity-wrong
    bad undecodable backup-undecodable
    ;;
esac
well_ended <"$scratch.tail" || bad incomplete backup-incomplete
echo "${BACKUP_FILE##*/}: unpacked whole"
# tell_differences FOUND: fails where something is not as it was counted; proven where all is.
tell_differences() {
    grep -q . "$scratch.wanted" || {
        fact backup_level 1
        warn manifest-missing
        return 0
    }
    compare_counts "$scratch.wanted" "$1" >"$scratch.differing"
    # include: say-counts.sh
    say_counts "$1"
    while read -r kind wanted found table; do
        table=${table#\"}
        item differing "$kind $wanted $found ${table%\"}"
        echo "$kind ${table%\"}: $wanted were saved, $found came back"
    done <"$scratch.differing"
    if read -r kind wanted found table <"$scratch.differing"; then
        table=${table#\"}
        fact table "${table%\"}"
        fact wanted "$wanted"
        fact found "$found"
        fact kind "$kind"
        if [ "$kind" = rows ]; then bad rows-differ backup-rows-differ; else bad counts-differ backup-counts-differ; fi
    fi
    fact backup_level 2
}

# shellcheck shell=sh disable=SC2154
# Writes one backup to $BACKUPS/$TIER/<stem>_$BACKUP_MARK<ending>.gz[.age] and proves the file before it gets its name.
# Every stage of the pipe reports its own status: a shell shows only the last one's, and "pg_dump nosuchdb | gzip" is a
# success of 20 bytes. Whoever includes this has said what it is called (stem, ending) and how it is made: dump;
# size_beforehand, in bytes; look_inside, which reads what was packed, unpacked again, and keeps what tells a whole one;
# well_ended, which is shown what was kept; begin_counting and end_counting around it, which leave what there is to count
# in $part.counts, lines of "NAME NUMBER" and "row COUNT TABLE".
umask 077
case ${COMPRESS:-gzip} in
zstd)
    command -v zstd >/dev/null || refuse zstd-missing
    name=${stem}_$BACKUP_MARK$ending.zst
    packed() { zstd -3 -q -c; }
    unpacked() { zstd -d -q -c; }
    ;;
*)
    name=${stem}_$BACKUP_MARK$ending.gz
    packed() { gzip -6; }
    unpacked() { gzip -dc; }
    ;;
esac
# Sealed for people whose secret keys are elsewhere: what lies here cannot be read here.
if [ -n "$ENCRYPT_TO" ] && command -v age >/dev/null; then
    name=$name.age
    sealed() {
        old_ifs=$IFS IFS=,
        set --
        for recipient in $ENCRYPT_TO; do set -- "$@" -r "$recipient"; done
        IFS=$old_ifs
        age "$@"
    }
elif [ -n "${GPG_TO:-}" ]; then
    command -v gpg >/dev/null || refuse gpg-missing
    name=$name.gpg
    sealed() {
        old_ifs=$IFS IFS=,
        set --
        for recipient in $GPG_TO; do set -- "$@" -r "$recipient"; done
        IFS=$old_ifs
        gpg --batch --quiet --no-tty --trust-model always --compress-algo none -e "$@"
    }
elif [ -n "$ENCRYPT_TO" ]; then
    refuse age-missing
else
    sealed() { cat; }
fi
folder=$BACKUPS/$TIER
final=$folder/$name
part=$folder/.$name.part
if ! mkdir -p "$folder" || [ ! -w "$folder" ]; then refuse backups-unwritable; fi
exec 9>"$folder/.$stem.lock"
flock -n 9 || refuse backup-running
find "$folder" -maxdepth 1 -name '.*.part*' -mmin +1440 -exec rm -f {} + 2>/dev/null
# Two projects whose databases are called the same must not write over one another.
if [ -e "$final.json" ] && ! grep -qxF "\"project\": \"$PROJECT\"," "$final.json"; then
    fact backup_path "$final"
    refuse backup-name-taken
fi

# Room for what the last one took and a third more, or for the whole of it when there was none.
last=
for file in "$BACKUPS"/*/"${stem}_"*"$ending".*; do
    case $file in *.sha256 | *.json | *"*"*) continue ;; esac
    if [ -z "$last" ] || [ "$file" -nt "$last" ]; then last=$file; fi
done
if [ -n "$last" ]; then need=$(($(wc -c <"$last"))); else need=$(size_beforehand) || need=0; fi
free_mb=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
need_mb=$((${need:-0} * 13 / 10 / 1048576 + FREE_DISK_MB))
fact free_mb "$free_mb"
fact need_mb "$need_mb"
[ "$free_mb" -ge "$need_mb" ] || refuse disk-full
# A file system that makes them as it needs them says that it has none at all.
df -Pi "$folder" 2>/dev/null | awk 'NR == 2 && $2 > 0 && $4 < 16 { exit 1 }' || refuse inodes-full

command -v begin_counting >/dev/null || { begin_counting() { :; }; end_counting() { :; }; }
trap 'rm -f "$part" "$part".*' EXIT
trap 'exit 130' HUP INT TERM
rm -f "$part".*
mkfifo "$part.fifo" || { fact stage pipe=1; fail backup-failed; }
all_well='1-dump=0 2-compress=0 3-unpack=0 4-encrypt=0 5-write=0 '
began=$(date +%s)
begin_counting
# What goes into the file is unpacked again on its way: a sealed one cannot be read back here.
{ unpacked <"$part.fifo" | look_inside >"$part.tail"; } 7<&- 8>&- 9>&- &
unpacking=$!
stages=$( { { { r=0; dump || r=$?; echo "1-dump=$r" >&3; } |
    { r=0; packed || r=$?; echo "2-compress=$r" >&3; } |
    { r=0; tee "$part.fifo" || r=$?; echo "3-unpack=$r" >&3; } |
    { r=0; sealed || r=$?; echo "4-encrypt=$r" >&3; } |
    { r=0; tee "$part" || r=$?; echo "5-write=$r" >&3; } |
    sha256sum >"$part.sum"; } 3>&1 >/dev/null 7<&- 8>&- 9>&-; } | sort | tr '\n' ' ')
wait $unpacking || stages="${stages}6-unpack=1 "
end_counting
echo "$stages"
failed=
for stage in $stages; do
    case $stage in *=0) ;; *) failed="$failed ${stage#*-}" ;; esac
done
failed=${failed# }
fact stage "${failed:-no}"
[ "$stages" = "$all_well" ] || fail backup-failed
well_ended <"$part.tail" || fail backup-incomplete

sync "$part" 2>/dev/null || sync
read -r sum _ <"$part.sum"
[ "$(sha256sum <"$part" | cut -c1-64)" = "$sum" ] || fail backup-changed
seconds=$(($(date +%s) - began))
bytes=$(($(wc -c <"$part")))
[ -e "$part.counts" ] || : >"$part.counts"
{
    printf '{\n"lotsman": 1,\n"project": "%s",\n"engine": "%s",\n"subject": "%s",\n"file": "%s",\n' \
        "$PROJECT" "$BACKUP_ENGINE" "$BACKUP_SUBJECT" "$name"
    printf '"bytes": %s,\n"sha256": "%s",\n"began_at": %s,\n"seconds": %s' "$bytes" "$sum" "$began" "$seconds"
    awk '
        $1 == "row" || $1 == "about" {
            kind = $1; number = $2; sub(/^[a-z]+ [0-9]+ /, "")
            if (kind == "row") rows[++n] = $0 ": " number; else others[++m] = $0 ": " number
            next
        }
        NF == 2 { printf ",\n\"%s\": %s", $1, ($2 ~ /^[0-9]+$/ ? $2 : "\"" $2 "\"") }
        END {
            if (n) { printf ",\n\"rows\": {"; for (i = 1; i <= n; i++) printf "%s\n%s", (i > 1 ? "," : ""), rows[i]; printf "\n}" }
            if (m) { printf ",\n\"rows_about\": {"; for (i = 1; i <= m; i++) printf "%s\n%s", (i > 1 ? "," : ""), others[i]; printf "\n}" }
            printf "\n}\n"
        }' <"$part.counts"
} >"$part.json" || { fact stage manifest=1; fail backup-failed; }
printf '%s  %s\n' "$sum" "$name" >"$part.sum"
if ! { mv -f "$part.sum" "$final.sha256" && mv -f "$part.json" "$final.json" && mv -f "$part" "$final"; }; then
    fact stage rename=1
    fail backup-failed
fi
sync "$folder" 2>/dev/null || sync
fact backup_path "$final"
fact backup_bytes "$bytes"
fact backup_sha256 "$sum"
fact backup_engine "$BACKUP_ENGINE"
fact backup_level 1
fact backup_manifest_sha256 "$(sha256sum <"$final.json" | cut -c1-64)"
fact backup_measures "seconds=$seconds $(awk '$1 == "database_bytes" { print $1 "=" $2 }' <"$part.counts")"
# include: say-counts.sh
say_counts "$part.counts"
echo "Backup created: $name, $bytes bytes, sha256 $sum"

# shellcheck shell=sh
# Dumps one database into $BACKUPS/$TIER/<database>_$STAMP.sql.gz[.age] and proves the file before it gets its name.
# Every stage of the pipe reports its own status: a shell shows only the last one's, and "pg_dump nosuchdb | gzip" is a
# success of 20 bytes. Whoever includes this has said how: dump, database_bytes, and dump_ended, which
# looks for what stands at the end of a whole one.
umask 077
[ -z "$ENCRYPT_TO" ] || command -v age >/dev/null || refuse age-missing
folder=$BACKUPS/$TIER
name=${DATABASE}_$STAMP.sql.gz
[ -z "$ENCRYPT_TO" ] || name=$name.age
final=$folder/$name
part=$folder/.$name.part
if ! mkdir -p "$folder" || [ ! -w "$folder" ]; then refuse backups-unwritable; fi
exec 9>"$folder/.lock"
flock -n 9 || refuse backup-running
find "$folder" -maxdepth 1 -name '.*.part*' -mmin +1440 -exec rm -f {} + 2>/dev/null

# Room for what the last one took and a third more, or for the whole database when there was none.
last=0
for file in "$folder/${DATABASE}_"*.sql.gz*; do
    case $file in *.sha256 | *"*"*) ;; *) last=$(($(wc -c <"$file"))) ;; esac
done
if [ "$last" = 0 ]; then
    last=$(database_bytes) || fail database-unreachable
fi
free_mb=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
need_mb=$((last * 13 / 10 / 1048576 + FREE_DISK_MB))
fact free_mb "$free_mb"
fact need_mb "$need_mb"
[ "$free_mb" -ge "$need_mb" ] || refuse disk-full

encrypted() {
    [ -n "$ENCRYPT_TO" ] || { cat; return; }
    old_ifs=$IFS IFS=,
    set --
    for recipient in $ENCRYPT_TO; do set -- "$@" -r "$recipient"; done
    IFS=$old_ifs
    age "$@"
}
trap 'rm -f "$part" "$part.sum" "$part.fifo" "$part.tail"' EXIT
trap 'exit 130' HUP INT TERM
rm -f "$part.fifo"
mkfifo "$part.fifo" || fail backup-failed
# What goes into the file is unpacked again on its way: an encrypted one cannot be read back here.
{ gzip -dc <"$part.fifo" | tail -n 20 >"$part.tail"; } &
unpacking=$!
stages=$( { { { r=0; dump || r=$?; echo "1-dump=$r" >&3; } |
    { r=0; gzip -6 || r=$?; echo "2-gzip=$r" >&3; } |
    { r=0; tee "$part.fifo" || r=$?; echo "3-unpack=$r" >&3; } |
    { r=0; encrypted || r=$?; echo "4-encrypt=$r" >&3; } |
    { r=0; tee "$part" || r=$?; echo "5-write=$r" >&3; } |
    sha256sum >"$part.sum"; } 3>&1 >/dev/null 9>&-; } | sort | tr '\n' ' ')
wait $unpacking || stages="$stages unpack"
echo "$stages"
fact stages "$stages"
[ "$stages" = "1-dump=0 2-gzip=0 3-unpack=0 4-encrypt=0 5-write=0 " ] || fail backup-failed
dump_ended <"$part.tail" || fail backup-incomplete

sync "$part" 2>/dev/null || sync
read -r sum _ <"$part.sum"
[ "$(sha256sum <"$part" | cut -c1-64)" = "$sum" ] || fail backup-changed
printf '%s  %s\n' "$sum" "$name" >"$part.sum"
if ! { mv -f "$part.sum" "$final.sha256" && mv -f "$part" "$final"; }; then fail backup-failed; fi
sync "$folder" 2>/dev/null || sync
bytes=$(($(wc -c <"$final")))
fact backup_path "$final"
fact backup_bytes "$bytes"
fact backup_sha256 "$sum"
echo "Backup created: $name, $bytes bytes, sha256 $sum"

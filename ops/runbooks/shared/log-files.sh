# shellcheck shell=sh disable=SC2016,SC2034  # awk's own signs; read by those who include this
# The files of a log: the one that is written, and those it was rotated into. Of huge ones only what is wanted is read:
# lines are in order of time, so the first one of a time is found by halving, a block at a time.
stamp_awk='
function month(name) { return sprintf("%02d", (index("JanFebMarAprMayJunJulAugSepOctNovDec", name) + 2) / 3) }
# When a line was written, as a number of 14 digits; 0 where it does not say. Sets utc where it says so in UTC.
function stamp(line, head, said, rest) {
    head = substr(line, 1, 80); utc = 0
    if (match(head, /[0-9][0-9][0-9][0-9][-\/][0-9][0-9][-\/][0-9][0-9][T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]/)) {
        said = substr(head, RSTART, 19); rest = substr(head, RSTART + 19, 16)
        utc = rest ~ /^([.,][0-9]+)? ?(Z|UTC|[-+]00:?00)/
        gsub(/[^0-9]/, "", said)
        return said + 0
    }
    if (match(head, /[0-9][0-9][-\/][A-Z][a-z][a-z][-\/][0-9][0-9][0-9][0-9][: ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]/)) {
        said = substr(head, RSTART, 20); rest = substr(head, RSTART + 20, 16)
        utc = rest ~ /^ ?(Z|UTC|[-+]00:?00)/
        return (substr(said, 8, 4) month(substr(said, 4, 3)) substr(said, 1, 2) \
            substr(said, 13, 2) substr(said, 16, 2) substr(said, 19, 2)) + 0
    }
    if (match(head, /^[A-Z][a-z][a-z] [ 0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]/)) {
        said = month(substr(head, 1, 3)) sprintf("%02d", substr(head, 5, 2)) \
            substr(head, 8, 2) substr(head, 11, 2) substr(head, 14, 2)
        return (((year said) + 0 > today + 1000000) ? (year - 1) said : year said) + 0
    }
    return 0
}'
block_bytes=65536 year=$(date +%Y) today=$(date +%Y%m%d%H%M%S)

# clock_of SECONDS: sets local_clock and utc_clock, 14 digits each.
clock_of() {
    local_clock=$(date -d "@$1" +%Y%m%d%H%M%S) utc_clock=$(date -u -d "@$1" +%Y%m%d%H%M%S)
}
stamps() { # stamps NAME=VALUE... PROGRAM: awk that knows stamp()
    LC_ALL=C awk -v year="$year" -v today="$today" "$@"
}
blocks_of() { blocks=$((($(wc -c <"$1") + block_bytes - 1) / block_bytes)); }
# stamp_at FILE BLOCK: the first stamp in or behind a block, and whether it is in UTC; nothing where there is none.
stamp_at() {
    dd if="$1" bs=$block_bytes skip="$2" count=2 2>/dev/null |
        stamps -v cut="$2" "$stamp_awk"' NR > 1 || cut == 0 { s = stamp($0); if (s) { printf "%.0f %d\n", s, utc; exit } }'
}
first_block() { # first_block FILE SECONDS: sets block, before which no line is of that time or later; 0 where none says
    blocks_of "$1"
    clock_of "$2"
    low=0 high=$blocks
    while [ "$low" -lt "$high" ]; do
        middle=$(((low + high) / 2))
        found=$(stamp_at "$1" "$middle")
        # Nothing there says when it was written: a huge line, or many that belong to one.
        ahead=2
        while [ -z "$found" ] && [ $ahead -le 256 ] && [ $((middle + ahead)) -lt "$high" ]; do
            found=$(stamp_at "$1" "$((middle + ahead))")
            ahead=$((ahead * 2))
        done
        case $found in
        *' 1') limit=$utc_clock ;;
        *) limit=$local_clock ;;
        esac
        if [ -n "$found" ] && [ "${found% *}" -lt "$limit" ]; then low=$((middle + 1)); else high=$middle; fi
    done
    block=$((low > 0 ? low - 1 : 0))
}
# The rotated ones, the newest first: app.log.1, app.log.2.gz, app.log-20251010.gz, app-2025-10-10.log.
older_files() {
    stem=$LOG_FILE ending=
    case ${LOG_FILE##*/} in ?*.*) stem=${LOG_FILE%.*} ending=.${LOG_FILE##*.} ;; esac
    for old in "$LOG_FILE".[0-9]* "$LOG_FILE"-[0-9]* "$stem"-20[0-9][0-9]*"$ending" "$stem"-20[0-9][0-9]*"$ending".*; do
        case ${old#"$stem"} in *[!A-Za-z0-9._-]*) continue ;; esac
        [ -f "$old" ] && [ ! -h "$old" ] && [ -r "$old" ] || continue
        echo "$(stat -c %Y "$old") $old"
    done | sort -u | sort -rn | head -n 60 | cut -d ' ' -f 2-
}
# Sets chosen to lines SKIP COUNT FILE in blocks, the oldest first (a packed file has no blocks), and searched, files
# and cut to what that comes to.
choose_files() { # choose_files BYTES: so much at the most
    left=$1 chosen='' searched=0 files=0 cut=''
    while IFS= read -r file; do
        [ -r "$file" ] || continue
        [ "$left" -gt 0 ] || { cut=yes; break; }
        if [ -n "${SINCE:-}" ] && [ "$(stat -c %Y "$file")" -lt "$SINCE" ]; then break; fi
        choose_part "$file"
    done <<END_OF_FILES
$LOG_FILE
$(older_files)
END_OF_FILES
}
choose_part() { # choose_part FILE
    case $1 in
    *.gz | *.xz | *.bz2 | *.zst)
        begin=- count=-
        size=$(($(wc -c <"$1")))
        left=$((left - size * 8)) # what logs are packed to
        ;;
    *)
        blocks_of "$1"
        begin=0 end=$blocks
        [ -z "${SINCE:-}" ] || { first_block "$1" "$SINCE" && begin=$block; }
        [ -z "${UNTIL:-}" ] || { first_block "$1" "$((UNTIL + 1))" && end=$((block + 2)); }
        [ "$end" -le "$blocks" ] || end=$blocks
        if [ $(((end - begin) * block_bytes)) -gt "$left" ]; then
            begin=$((end - left / block_bytes)) cut=yes
            [ $begin -ge 0 ] || begin=0
        fi
        count=$((end - begin))
        size=$((count * block_bytes))
        [ "$size" -le "$(($(wc -c <"$1")))" ] || size=$(($(wc -c <"$1")))
        left=$((left - size))
        ;;
    esac
    searched=$((searched + size)) files=$((files + 1))
    chosen="$begin $count $1
$chosen"
}
file_lines() {
    printf '%s' "$chosen" | while read -r begin count file; do
        case $file in
        *.gz) gzip -dc "$file" ;;
        *.xz) xz -dc "$file" ;;
        *.bz2) bzip2 -dc "$file" ;;
        *.zst) zstd -dcq "$file" ;;
        *)
            # The first line of what was cut out is half a line.
            if [ "$begin" = 0 ]; then dd if="$file" bs=$block_bytes count="$count"; else
                dd if="$file" bs=$block_bytes skip="$begin" count="$count" | tail -n +2
            fi
            ;;
        esac 2>/dev/null
    done
}
dated_files() { # whether the lines of what was chosen say when they were written; packed ones are taken on trust
    printf '%s' "$chosen" | {
        while read -r begin count file; do
            case $file in *.gz | *.xz | *.bz2 | *.zst) exit 0 ;; esac
            [ -s "$file" ] && [ "$count" -gt 0 ] || continue
            last=$((begin + (count > 2 ? count - 2 : 0)))
            [ -z "$(stamp_at "$file" "$begin")$(stamp_at "$file" "$last")" ] || exit 0
            undated=yes
        done
        [ -z "${undated:-}" ]
    }
}
# Lines between $SINCE and $UNTIL; one that does not say when goes with the one before.
in_time() {
    since_clock=0 since_utc=0 until_clock=99999999999999 until_utc=99999999999999
    if [ -n "${SINCE:-}" ]; then clock_of "$SINCE" && since_clock=$local_clock since_utc=$utc_clock; fi
    if [ -n "${UNTIL:-}" ]; then clock_of "$UNTIL" && until_clock=$local_clock until_utc=$utc_clock; fi
    stamps -v since="$since_clock" -v since_utc="$since_utc" -v til="$until_clock" -v til_utc="$until_utc" \
        "$stamp_awk"'
        { s = stamp($0); if (s) keep = s >= (utc ? since_utc : since) + 0 && s <= (utc ? til_utc : til) + 0 }
        keep'
}

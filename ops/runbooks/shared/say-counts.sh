# shellcheck shell=sh
# say_counts FILE: what was counted, for the catalogue; of very many tables the largest thousand.
say_counts() {
    fact backup_counts "$(awk 'NF == 2 && $1 !~ /^(database_bytes|rows_of)$/ { printf "%s=%s ", $1, $2 }' <"$1")"
    rows_of=$(awk '$1 == "rows_of" { print $2 }' <"$1")
    [ -z "$rows_of" ] || fact backup_rows_of "$rows_of"
    awk '$1 == "row" && ++n <= 1000 { print substr($0, 5) }' <"$1" | while IFS= read -r line; do item backup_rows "$line"; done
    awk '$1 == "about" && ++n <= 100 { print substr($0, 7) }' <"$1" | while IFS= read -r line; do item backup_rows_about "$line"; done
}

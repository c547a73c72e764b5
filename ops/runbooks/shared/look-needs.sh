# shellcheck shell=sh
# Are the versions here that are asked for: by lotsman.yml ($NEEDS, "python>=3.11 postgres>=14"), and by the new
# commit itself (.python-version, requires-python; php in composer.json)?
version_of() {
    case $1 in
    python) if [ -x "${VENV:-}/bin/python" ]; then "$VENV/bin/python" --version; else python3 --version; fi ;;
    postgres) psql_version ;;
    mysql) mysql_version ;;
    php) "${PHP_PROGRAM:-php}" --version ;;
    composer) "${COMPOSER_PROGRAM:-composer}" --version ;;
    *) "$1" --version ;;
    esac 2>&1 </dev/null | grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1
}
# The server's version where we know how to log in, else the client's.
psql_version() {
    (
        [ -n "${DATABASE:-}" ] && [ "${DATABASE_ENGINE:-postgres}" = postgres ] || exec psql --version
        # include: postgres-login.sh
        as_database_user psql -w -X -A -t -d "$DATABASE" -c 'SHOW server_version'
    )
}
mysql_version() {
    (
        if [ "${DATABASE_ENGINE:-}" = mysql ]; then
            # include: mysql-login.sh
            ask_database 'SELECT VERSION()'
        else
            mysql --version | sed 's/.*Distrib //; s/.*Ver [0-9.]* for//; s/.*Ver //'
        fi
    )
}
# version_fits HAVE WANTED: WANTED as ">=3.11,<4", "~=3.11", "3.11" for any 3.11.x, or as composer has it: "^8.1 || ~8.3".
version_fits() {
    fits_have=$1
    printf '%s\n' "$2" | sed 's/||*/\n/g' | {
        while IFS= read -r fits_wanted; do version_fits_all "$fits_have" "$fits_wanted" && exit 0; done
        exit 1
    }
}
version_fits_all() {
    HAVE=$1 WANTED=$(printf '%s\n' "$2" | sed 's/\([<>=~^!]\)[[:space:]]*/\1/g; s/[[:space:]]\{1,\}/,/g') awk '
        function compare(a, b, most,    x, y, n, i) {
            n = split(a, x, "."); i = split(b, y, "."); if (most) n = i; else if (i > n) n = i
            for (i = 1; i <= n; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 < y[i] + 0 ? -1 : 1
            return 0
        }
        function fits(have, part,    sign, parts, upper) {
            match(part, /^[^0-9]*/); sign = substr(part, 1, RLENGTH); part = substr(part, RLENGTH + 1); sub(/\.\*$/, "", part)
            if (sign == ">=") return compare(have, part) >= 0
            if (sign == ">") return compare(have, part) > 0
            if (sign == "<=") return compare(have, part) <= 0
            if (sign == "<") return compare(have, part) < 0
            if (sign == "!=") return compare(have, part, 1) != 0
            if (sign == "~=" || sign == "~" || sign == "^") { parts = part; if (sign != "^") sub(/\.[0-9]+$/, "", parts); else sub(/\..*$/, "", parts)
                return compare(have, part) >= 0 && compare(have, parts, 1) == 0 }
            return compare(have, part, 1) == 0
        }
        BEGIN {
            for (n = split(ENVIRON["WANTED"], part, ","); n > 0; n--) if (part[n] != "" && !fits(ENVIRON["HAVE"], part[n])) exit 1
        }'
}
need() {
    [ -n "$2" ] || return 0
    found=$(version_of "$1")
    if ! version_fits "${found:-0}" "$2"; then
        fact need_name "$1"
        fact need_wanted "$2"
        fact need_found "${found:--}"
        refuse version-unmet
    fi
    item versions "$1 $found, $2"
    echo "$1 $found, wanted $2"
}
for need in ${NEEDS:-}; do need "${need%%[!a-z]*}" "${need#"${need%%[!a-z]*}"}"; done
if [ "${LOOK_PYTHON:-}" = yes ]; then
    need python "$(git show "$COMMIT:.python-version" 2>/dev/null | sed -n '1s/^\([0-9][0-9.]*\)[[:space:]]*$/\1/p' | cut -d. -f1,2)"
    need python "$(git show "$COMMIT:pyproject.toml" 2>/dev/null | sed -n 's/^requires-python[[:space:]]*=[[:space:]]*["'\'']\([^"'\'']*\).*/\1/p' | head -n 1)"
    need python "$(git show "$COMMIT:setup.cfg" 2>/dev/null | sed -n 's/^python_requires[[:space:]]*=[[:space:]]*//p' | head -n 1)"
fi
if [ "${LOOK_PHP:-}" = yes ]; then
    # shellcheck disable=SC2016  # php's own dollars
    need php "$(git show "$COMMIT:composer.json" 2>/dev/null |
        "${PHP_PROGRAM:-php}" -r 'echo json_decode(stream_get_contents(STDIN), true)["require"]["php"] ?? "";' 2>/dev/null)"
fi

# shellcheck shell=sh
# Logs the PostgreSQL clients in by their environment: a password in an argument would stand in ps.
# Either as a system user ($DATABASE_SUDO_USER), or with the URL that the project itself uses: the
# variable $DATABASE_URL_NAME of its file $DATABASE_URL_FILE. The URL is read here and stays here.
# Where the server is a container ($DATABASE_CONTAINER) the client runs in there, with the login that it was made with.
# include: compose.sh
as_database_user() {
    if [ -n "${DATABASE_CONTAINER:-}" ]; then
        docker exec -i "$database_container" sh -c \
            'PGUSER=${POSTGRES_USER:-postgres} PGPASSWORD=${POSTGRES_PASSWORD:-} && export PGUSER PGPASSWORD && exec "$@"' sh "$@"
        return
    fi
    if [ -n "$DATABASE_SUDO_USER" ]; then sudo -n -u "$DATABASE_SUDO_USER" "$@"; else "$@"; fi
}
percent_decoded() {
    ENCODED=$1 awk 'BEGIN {
        for (i = 0; i < 256; i++) byte[sprintf("%02X", i)] = sprintf("%c", i)
        rest = ENVIRON["ENCODED"]
        while ((at = index(rest, "%")) > 0) {
            code = toupper(substr(rest, at + 1, 2))
            if (!(code in byte)) { printf "%s", substr(rest, 1, at); rest = substr(rest, at + 1); continue }
            printf "%s%s", substr(rest, 1, at - 1), byte[code]
            rest = substr(rest, at + 3)
        }
        printf "%s", rest
    }'
}
if [ -n "${DATABASE_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    database_container=$(one_running "$DATABASE_CONTAINER") || { fact container "$DATABASE_CONTAINER"; refuse container-missing; }
fi
export PGDATABASE="${DATABASE:?}" PGCONNECT_TIMEOUT=10
if [ -n "$DATABASE_URL_FILE" ]; then
    url=$(sed -n "s/^[[:space:]]*\(export[[:space:]][[:space:]]*\)\{0,1\}${DATABASE_URL_NAME}[[:space:]]*=[[:space:]]*//p" \
        "$PROJECT_PATH/$DATABASE_URL_FILE" | tail -n 1 | sed 's/[[:space:]]*$//; s/^"\(.*\)"$/\1/; s/^'\''\(.*\)'\''$/\1/')
    case $url in *://*) url=${url#*://} ;; *) refuse database-url ;; esac
    query=
    case $url in *\?*) query="&${url#*\?}&" url=${url%%\?*} ;; esac
    case $url in */*) url=${url%%/*} ;; esac # the name is the inventory's
    case $url in
    *@*)
        login=${url%@*} url=${url##*@}
        PGUSER=$(percent_decoded "${login%%:*}")
        export PGUSER
        case $login in *:*)
            PGPASSWORD=$(percent_decoded "${login#*:}")
            export PGPASSWORD
            ;;
        esac
        ;;
    esac
    case $query in *"&host="*) url=${query#*"&host="} url=$(percent_decoded "${url%%&*}") ;; esac
    case $url in
    /*) PGHOST=$url ;;
    \[*) PGHOST=${url#\[} PGHOST=${PGHOST%%\]*} url=${url##*\]} ;;
    *) PGHOST=${url%%:*} ;;
    esac
    [ -z "$PGHOST" ] || export PGHOST
    case $url in *:[0-9]*) export PGPORT="${url##*:}" ;; esac
    unset url login query
fi

# shellcheck shell=sh
# Who logs in to the database, and where: db_user, db_password, db_host, db_port, each empty where nothing is said.
# They are what the project itself uses: a URL, the variable $DATABASE_URL_NAME of its file $DATABASE_URL_FILE; or
# DB_USERNAME and its like in its file $DATABASE_LOGIN_FILE, as Laravel has them. They are read here and stay here.
# With $DATABASE_SUDO_USER it is that system user, without a password.
# shellcheck disable=SC2034  # whoever includes this uses them
db_user='' db_password='' db_host='' db_port=''
# include: env-value.sh
as_database_user() {
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
if [ -n "$DATABASE_LOGIN_FILE" ]; then
    db_user=$(env_value "$DATABASE_LOGIN_FILE" DB_USERNAME)
    db_password=$(env_value "$DATABASE_LOGIN_FILE" DB_PASSWORD)
    db_host=$(env_value "$DATABASE_LOGIN_FILE" DB_HOST)
    db_port=$(env_value "$DATABASE_LOGIN_FILE" DB_PORT)
    [ -n "$db_user" ] || refuse database-login
elif [ -n "$DATABASE_URL_FILE" ]; then
    url=$(env_value "$DATABASE_URL_FILE" "$DATABASE_URL_NAME")
    case $url in *://*) url=${url#*://} ;; *) refuse database-url ;; esac
    query=
    case $url in *\?*) query="&${url#*\?}&" url=${url%%\?*} ;; esac
    case $url in */*) url=${url%%/*} ;; esac # the name is the inventory's
    case $url in
    *@*)
        login=${url%@*} url=${url##*@}
        db_user=$(percent_decoded "${login%%:*}")
        case $login in *:*) db_password=$(percent_decoded "${login#*:}") ;; esac
        ;;
    esac
    case $query in *"&host="*) url=${query#*"&host="} url=$(percent_decoded "${url%%&*}") ;; esac
    case $url in
    /*) db_host=$url ;;
    \[*) db_host=${url#\[} db_host=${db_host%%\]*} url=${url##*\]} ;;
    *) db_host=${url%%:*} ;;
    esac
    case $url in *:[0-9]*) db_port=${url##*:} ;; esac
    unset url login query
fi

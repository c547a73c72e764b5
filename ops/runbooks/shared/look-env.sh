# shellcheck shell=sh
# Does .env have the parameters that are new in .env.example? Names alone are told. look-commit.sh comes first.
if [ -r .env ] && git cat-file -e "$COMMIT:.env.example" 2>/dev/null; then
    names() { sed -n 's/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)[[:space:]]*=.*/\2/p' | sort -u; }
    # Where .env itself comes from the repository, that file is what it will hold.
    case " ${CONFIG_UPDATE:-} " in
    *" .env="*)
        env_source=${CONFIG_UPDATE#*.env=}
        env_has=$(git show "$COMMIT:${env_source%% *}" 2>/dev/null | names)
        ;;
    *) env_has=$(names <.env) ;;
    esac
    # shellcheck disable=SC2154  # look-tree.sh says what is there now
    env_knew=$(git show "$previous:.env.example" 2>/dev/null | names)
    env_missing=
    for name in $(git show "$COMMIT:.env.example" | names); do
        printf '%s\n' "$env_has" "$env_knew" | grep -qxF -e "$name" || env_missing="${env_missing:+$env_missing, }$name"
    done
    if [ -n "$env_missing" ]; then
        fact env_missing "$env_missing"
        [ -z "${STRICT_ENV:-}" ] || refuse env-missing
        warn env-missing
    fi
fi

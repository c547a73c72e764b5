# shellcheck shell=sh
# The venv remembers the requirements that it meets by their file's hash, so a deploy that failed half way
# is noticed by the next one.
venv_note=$VENV/.lotsman-requirements
hash_requirements() { sha256sum <"$1/$REQUIREMENTS" | cut -c1-64; }
# has_requirements FOLDER: the venv has exactly what FOLDER/$REQUIREMENTS asks for.
has_requirements() {
    [ -e "$venv_note" ] && [ "$(cat "$venv_note")" = "$(hash_requirements "$1")" ]
}
# get_requirements FOLDER: has pip install them.
get_requirements() {
    rm -f "$venv_note"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$1/$REQUIREMENTS" ||
        return 1
    hash_requirements "$1" >"$venv_note"
}
# install_requirements FOLDER: as a step of its own.
install_requirements() {
    [ -e "$1/$REQUIREMENTS" ] || skip no-requirements
    has_requirements "$1" && skip requirements-unchanged
    get_requirements "$1" || fail install-failed
}

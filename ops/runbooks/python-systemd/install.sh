# shellcheck shell=sh
# install_requirements FOLDER: what FOLDER/$REQUIREMENTS asks for, unless the venv has exactly that already.
# The venv remembers the file by its hash, so a deploy that failed half way is noticed by the next one.
install_requirements() {
    note=$VENV/.lotsman-requirements
    [ -e "$1/$REQUIREMENTS" ] || skip no-requirements
    wanted=$(sha256sum <"$1/$REQUIREMENTS" | cut -c1-64)
    [ ! -e "$note" ] || [ "$(cat "$note")" != "$wanted" ] || skip requirements-unchanged
    rm -f "$note"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$1/$REQUIREMENTS" ||
        fail install-failed
    echo "$wanted" >"$note"
}

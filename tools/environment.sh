#!/bin/sh
# Makes .venv from a lock file, or leaves it alone when it is already right.
# usage: environment.sh requirements.lock|requirements-dev.lock
# What the machine lacks is named together with the command that installs it.
set -eu
cd "$(dirname "$0")/.."
lock=$1
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

command -v "$python" >/dev/null || {
    say "Python 3.11 or newer is needed.      Debian, Ubuntu:  apt install python3 python3-venv"
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1)."
    say "Name another one:  make PYTHON=python3.12 ..."
    exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    say "Python's venv module is missing.     Debian, Ubuntu:  apt install python3-venv"
    exit 1
}
command -v git >/dev/null || {
    say "git is needed.                       Debian, Ubuntu:  apt install git"
    exit 1
}

# The dev lock holds everything the other one does, so its stamp counts for both.
want=$(cat "$lock" | cksum)
for stamp in ".venv/.$lock" .venv/.requirements-dev.lock; do
    [ "$stamp" = ".venv/.$lock" ] || want="$(cat requirements-dev.lock | cksum)"
    if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi
done
say "Setting up .venv from $lock (half a minute, once) ..."
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
cat "$lock" | cksum > ".venv/.$lock"

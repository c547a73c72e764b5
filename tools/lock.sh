#!/bin/sh
# Writes requirements.lock (what runs) and requirements-dev.lock (what checks and tests need as well)
# from pyproject.toml: exact versions with hashes, and no index addresses. Needs uv.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
        --python-version 3.11 pyproject.toml --extra embedded "$@"
}
compile --output-file requirements.lock
compile --group dev --extra pictures --constraints requirements.lock --output-file requirements-dev.lock

#!/bin/sh
# Takes out of a system what no image needs, and makes "python" a command. Called by mmdebstrap with the system's folder.
set -eu
ln -sf python3 "$1/usr/bin/python"
rm -rf "$1"/usr/lib/x86_64-linux-gnu/libLLVM* "$1"/usr/lib/postgresql/*/lib/bitcode "$1"/usr/lib/postgresql/*/lib/llvmjit* \
    "$1"/usr/lib/python3*/EXTERNALLY-MANAGED "$1"/var/lib/postgresql/*/main "$1"/var/lib/apt/lists/*

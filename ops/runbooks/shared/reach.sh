#!/bin/sh
# Proves that steps can run here, and says where "here" is. Changes nothing.
command -v git >/dev/null || refuse git-missing
[ -d "$PROJECT_PATH" ] || refuse path-missing
fact hostname "$(uname -n)"
read -r load _ </proc/loadavg
fact load "$load"
echo "$(id -un)@$(uname -n), $(uname -sr), load $load"

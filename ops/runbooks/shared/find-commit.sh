#!/bin/sh
# Two ways to find the commit that $REF means.

# The checkout's idea of a name; of a branch, what the remote had at the last fetch.
known() {
    # On a way back: so many commits before the one that is live, whatever the remote calls its HEAD.
    case $REF in HEAD~*) git rev-parse --verify --quiet "$REF^{commit}"; return ;; esac
    for name in "refs/remotes/origin/$REF" "refs/tags/$REF" "$REF"; do
        git rev-parse --verify --quiet "$name^{commit}" && return
    done
    return 1
}
advertised() {
    # A tag that is an object of its own is followed by a line for the commit it points to.
    # shellcheck disable=SC2154  # whoever includes this has asked the remote
    printf '%s\n' "$remote" | awk '
        $2 == "refs/heads/" ENVIRON["REF"] { branch = $1 }
        $2 == "refs/tags/" ENVIRON["REF"] && !tag { tag = $1 }
        $2 == "refs/tags/" ENVIRON["REF"] "^{}" { tag = $1 }
        END { print branch ? branch : tag }'
}

#!/bin/sh
# Finds the one commit that $REF means, and nothing else: every later step uses the commit.
# A deploy asks the remote, so that it never takes a branch as it was yesterday. A way back
# ($LOCAL_FIRST) asks the checkout first: it has to work when the git server does not.
cd "$PROJECT_PATH" || refuse path-missing
git rev-parse --git-dir >/dev/null || refuse no-repository

# include: find-commit.sh
commit=
[ -z "${LOCAL_FIRST:-}" ] || commit=$(known)
if [ -z "$commit" ]; then
    remote=$(git ls-remote --heads --tags origin) || fail remote-unreachable
    commit=$(advertised)
fi
if [ -z "$commit" ]; then
    # No branch and no tag: perhaps a commit, or a relative of something (main~1).
    case $REF in
    *[~^]* | [0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*)
        commit=$(known) || { git fetch --quiet --tags origin && commit=$(known); }
        ;;
    esac
fi
if [ -z "$commit" ]; then
    printf '%s\n' "$remote" | sed -n 's,^[0-9a-f]*[[:space:]]refs/\(heads\|tags\)/,,p' | grep -v '\^{}$' | head -n 200 |
        while IFS= read -r name; do item refs "$name"; done
    refuse unknown-ref
fi
fact commit "$commit"
echo "$REF is $commit"

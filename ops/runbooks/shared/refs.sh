#!/bin/sh
# Lists branches and tags, newest first. Changes nothing but what git remembers of the remote.
cd "$PROJECT_PATH" || refuse path-missing
git fetch --quiet --prune --tags origin || fail remote-unreachable
git for-each-ref --sort=-creatordate --count=40 --format='%(refname) %(creatordate:unix) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)' \
    refs/remotes/origin refs/tags | while read -r name at id; do
    case $name in
    refs/remotes/origin/HEAD) ;;
    refs/remotes/origin/*) item refs "branch $at $id ${name#refs/remotes/origin/}" ;;
    refs/tags/*) item refs "tag $at $id ${name#refs/tags/}" ;;
    esac
done

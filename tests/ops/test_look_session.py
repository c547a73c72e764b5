"""Whether a step outlives the connection: what logind says, played by a busctl."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import shared_script

IN_SESSION = "0::/user.slice/user-1000.slice/session-7.scope\n"
ELSEWHERE = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/lotsman-42-99.scope\n"
NONE = "as 0"
ME, OTHER = f'as 2 "root" "{getpass.getuser()}"', 'as 1 "somebody"'


@pytest.mark.parametrize(
    ("cgroup", "kills", "exclude", "only", "warned"),
    [
        (IN_SESSION, "b true", NONE, NONE, True),
        (IN_SESSION, "b true", OTHER, NONE, True),
        (IN_SESSION, "b true", NONE, ME, True),
        (IN_SESSION, "b false", NONE, NONE, False),
        (IN_SESSION, "", NONE, NONE, False),
        (IN_SESSION, "b true", ME, NONE, False),
        (IN_SESSION, "b true", NONE, OTHER, False),
        (ELSEWHERE, "b true", NONE, NONE, False),
    ],
)
def test_only_who_is_killed_with_the_session_is_warned(
    tmp_path: Path,
    cgroup: str,
    kills: str,
    exclude: str,
    only: str,
    warned: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    for name, text in (("KillUserProcesses", kills), ("KillExcludeUsers", exclude), ("KillOnlyUsers", only)):
        (tmp_path / name).write_text(f"{text}\n" if text else "")
    (tmp_path / "cgroup").write_text(cgroup)
    (tmp_path / "busctl").write_text('#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\ncat "${0%/*}/$1"\n')
    (tmp_path / "busctl").chmod(0o755)
    text = remote_script(shared_script("look-session.sh")).text + f"\nlook_session {tmp_path}/cgroup\n"
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOTSMAN_MARK": "@"}
    done = subprocess.run(["dash", "-c", text], env=told, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (f"@ fact session_user {getpass.getuser()}\n@ warn session-ends-steps\n" if warned else "")

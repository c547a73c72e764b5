"""``python -m tests.e2e.hosts up|down [plain|lamp]``: a host to try things on by hand."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.e2e.hosts.host import SystemdHost, remove_groups
from tests.e2e.hosts.image import KEPT, BuildFailed, HostsImpossible, Kind, check, image
from tests.e2e.hosts.lamp_host import LampHost

_FOLDER = KEPT / "by-hand"


async def up(kind: Kind) -> None:
    """Boot it, and say how to get in."""
    check()
    sys.stderr.write("Building the image where there is none yet: a minute, once.\n")
    booted = LampHost if kind == "lamp" else SystemdHost
    host = await booted.boot(await asyncio.to_thread(image, kind), _FOLDER, outlive=True)
    folder, address = shlex.quote(str(_FOLDER)), host.ssh.address
    login = f"ssh -i {folder}/client_key -o UserKnownHostsFile={folder}/known_hosts"
    sys.stdout.write(
        f"web1 is up at {address}, with {host.name} at {host.path}, and goes with: make hosts DOWN=1\n"
        f"  as the bot's user    {login} deploy@{address}\n"
        f"  as root              {login} root@{address}\n"
    )


def down() -> None:
    """End it. A process id that is another's by now has another command line."""
    with suppress(FileNotFoundError, ProcessLookupError):
        pid = int((_FOLDER / "pid").read_text())
        if str(_FOLDER).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    remove_groups()
    shutil.rmtree(_FOLDER, ignore_errors=True)


if __name__ == "__main__":
    try:
        down()
        if sys.argv[1:2] == ["up"]:
            asyncio.run(up("lamp" if "lamp" in sys.argv[2:] else "plain"))
    except (HostsImpossible, BuildFailed, TimeoutError) as error:
        sys.exit(f"No hosts: {error}")

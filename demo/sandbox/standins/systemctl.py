"""systemctl: hands its words to the sandbox's supervisor and prints the answer."""

import json
import os
import socket
import sys
from pathlib import Path


def main(folder: str, *argv: str) -> int:
    """Return the exit status."""
    if argv[:1] == ("--version",):
        sys.stdout.write("systemd 252 (stand-in of the Lotsman sandbox)\n")
        return 0
    privileged = os.geteuid() == 0 or os.environ.get("SUDO_STAND_IN") == folder
    try:
        reply = ask(folder, {"program": "systemctl", "argv": argv, "privileged": privileged})
    except OSError:
        sys.stderr.write("Failed to connect to bus: No such file or directory\n")
        return 1
    sys.stdout.write(str(reply["stdout"]))
    sys.stderr.write(str(reply["stderr"]))
    return int(reply["status"])


def ask(folder: str, request: dict[str, object]) -> dict[str, str]:
    """Send one request. Raises OSError when no supervisor runs."""
    os.chdir(Path(folder) / "run")  # the path of a Unix socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("control")
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as answer:
            reply: dict[str, str] = json.loads(answer.readline())
            return reply


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

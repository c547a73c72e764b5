"""systemctl: hands its words to the sandbox's supervisor and prints the answer.

A request is the program's name, "1" or "0" for whether root asks, and its words; an answer is the exit status, and what
is to be printed on either stream. Both are fields with a NUL between them, and end where the connection does.

Scripts ask systemctl many times a second, and most of what that takes are imports: hence so few.
"""

import _socket  # what socket is made of
import os
import sys


def main(folder: str, *argv: str) -> int:
    """Return the exit status."""
    if argv[:1] == ("--version",):
        sys.stdout.write("systemd 252 (stand-in of the Lotsman sandbox)\n")
        return 0
    privileged = os.geteuid() == 0 or os.environ.get("SUDO_STAND_IN") == folder
    try:
        status, stdout, stderr = read_reply(ask(folder, write_request("systemctl", argv, privileged=privileged)))
    except OSError:
        sys.stderr.write("Failed to connect to bus: No such file or directory\n")
        return 1
    sys.stdout.write(stdout)
    sys.stderr.write(stderr)
    return status


def write_request(program: str, argv: tuple[str, ...], *, privileged: bool) -> bytes:
    """Return a request as it is sent."""
    return os.fsencode("\0".join((program, str(int(privileged)), *argv)))


def read_reply(sent: bytes) -> tuple[int, str, str]:
    """Return (exit status, stdout, stderr). Raises OSError for what was cut off."""
    fields = os.fsdecode(sent).split("\0")
    if len(fields) != len(("status", "stdout", "stderr")):
        raise ConnectionResetError
    return int(fields[0]), fields[1], fields[2]


def ask(folder: str, request: bytes) -> bytes:
    """Send one request and return what is answered. Raises OSError when no supervisor runs."""
    os.chdir(f"{folder}/run")  # the path of a Unix socket may have 107 bytes
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect("control")
    connection.sendall(request)
    connection.shutdown(_socket.SHUT_WR)
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    connection.close()
    return answer


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""sudo: runs what etc/sudoers.sandbox lists, word for word, and asks a password, which nobody has, for all else."""

import os
import sys
from pathlib import Path
from typing import NoReturn

PASSWORD = "sudo: a password is required\n"  # noqa: S105 - what sudo says
TERMINAL = (
    "sudo: a terminal is required to read the password; either use the -S option to read from standard input"
    " or configure an askpass helper\n"
)
USAGE = "usage: sudo -n [-l] [command [arg ...]]\n"


def main(folder: str, *argv: str) -> int:
    """Return the exit status, or become the command."""
    words = list(argv)
    options = set()
    while words and words[0] in ("-n", "--non-interactive", "-l", "--list", "-nl", "-ln", "--"):
        option = words.pop(0)
        if option == "--":
            break
        options |= {"-n", "-l"} if option in ("-nl", "-ln") else {option}
    if words and words[0].startswith("-"):
        sys.stderr.write(USAGE if words[0] not in ("-u", "--user") else PASSWORD)
        return 1
    allowed = rules(Path(folder) / "etc" / "sudoers.sandbox")
    if options & {"-l", "--list"}:
        return show(folder, words, allowed)
    if words and plain(words) in allowed:
        become(folder, words)
    patient = options.isdisjoint({"-n", "--non-interactive"})
    sys.stderr.write(USAGE if not words else TERMINAL + PASSWORD if patient else PASSWORD)
    return 1


def become(folder: str, words: list[str]) -> NoReturn:
    """Replace this process with a program of the sandbox, which sees who started it."""
    os.execve(find(folder, words[0]), words, {**os.environ, "SUDO_STAND_IN": folder})  # noqa: S606 - sudo's purpose


def rules(path: Path) -> list[list[str]]:
    """Return the allowed commands."""
    lines = (line.split("#")[0].split() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def plain(words: list[str]) -> list[str]:
    """Return a command with its program's name alone: the sandbox's programs stand for those in /usr/bin."""
    folder, _, name = words[0].rpartition("/")
    return [name if folder in ("", "/bin", "/usr/bin", "/sbin", "/usr/sbin") else words[0], *words[1:]]


def find(folder: str, program: str) -> str:
    """Return where a program of the sandbox lies."""
    return str(Path(folder) / "bin" / Path(program).name)


def show(folder: str, words: list[str], allowed: list[list[str]]) -> int:
    """Answer -l: the whole list, or whether one command is allowed, without a word if not."""
    if not words:
        sys.stdout.write("User may run the following commands on sandbox:\n")
        sys.stdout.writelines(
            f"    (root) NOPASSWD: {find(folder, line[0])} {' '.join(line[1:])}\n" for line in allowed
        )
        return 0
    if plain(words) not in allowed:
        return 1
    sys.stdout.write(" ".join([find(folder, words[0]), *words[1:]]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

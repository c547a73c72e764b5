"""What the process writes to its log: one line per event, and no secret in any."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent

# A process of its own: logging is set up once per process.
PROGRAM = """
import asyncio, logging, structlog
from bot.logs import set_up_logging
from ops.redaction import Redactor

redactor = Redactor()
set_up_logging(redactor)
log = structlog.get_logger()

async def main():
    redactor.learn(["canary-Passw0rd-77"])
    await log.ainfo("a plain line", run=142, why="it's \\n two lines")
    await log.awarning("with a secret", url="https://u:canary-Passw0rd-77@h/", again=["canary-Passw0rd-77"])
    try:
        raise ValueError("in canary-Passw0rd-77")
    except ValueError:
        await log.aexception("an exception", key="canary-Passw0rd-77")
        logging.getLogger("library").exception("library's own")
    logging.getLogger("library").warning("%s", {"token": "canary-Passw0rd-77"})
    logging.getLogger("library").info("not worth saying")
    await log.adebug("not worth saying")
    await log.ainfo("unknown but written like one", line="password=Tr0ub4dor-canary", bot="123456789:AAHc" + "a" * 31)

asyncio.run(main())
"""


def lines() -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == ""
    return ended.stderr.splitlines()


def test_every_line_has_time_and_level_and_no_line_has_a_secret() -> None:
    written = lines()
    text = "\n".join(written)
    assert "canary" not in text
    assert "AAHc" not in text
    assert "not worth saying" not in text
    first = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(,\d+)? (info|warning|error|WARNING|ERROR): ")
    assert first.match(written[0])
    assert written[0].endswith('a plain line run=142 why="it\'s \\n two lines"')
    assert sum(bool(first.match(line)) for line in written) == 6
    assert text.count("ValueError: in •••") == 2
    assert "library: {'token': '•••'}" in text
    assert "password=•••" in text

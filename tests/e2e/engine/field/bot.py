"""Has a heart that beats, and ends when it is told to."""

import signal
import sys
import time
from pathlib import Path

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if Path("CRASH").exists():
    sys.exit("KeyError: 'FIELD_REGION'")
print("bot", Path("VERSION").read_text().strip(), flush=True)
if Path("GRUMBLE").exists():
    print("ERROR the region is unknown", flush=True)
while True:
    Path("/tmp/heartbeat").touch()
    time.sleep(0.5)

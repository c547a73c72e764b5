"""The process: settings, wiring, command line, HTTP endpoints, timers."""

# Before anything here can import structlog or aiogram: see there why.
from bot import lean_structlog as lean_structlog  # noqa: I001  in this order: the other one may import structlog
from bot import lazy_aiogram as lazy_aiogram

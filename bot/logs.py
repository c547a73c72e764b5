"""Logging: one line per event on stderr, with every secret masked."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from ops.redaction import Redactor


def set_up_logging(redactor: Redactor) -> None:
    """Have structlog and the libraries' own loggers write redacted lines."""

    def render(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
        text = " ".join([str(event.pop("event")), *(f"{key}={value!r}" for key, value in event.items())])
        return redactor.clean(text)

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S"),
            structlog.processors.format_exc_info,
            _time_and_level_first,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted(redactor))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _time_and_level_first(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    trace = event.pop("exception", None)
    text = f"{event.pop('timestamp')} {event.pop('level')}: {event['event']}"
    event["event"] = f"{text}\n{trace}" if trace else text
    return event


class _Redacted(logging.Formatter):
    """Formats what libraries log, masked."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s: %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))

"""Checks that look at more than the service itself: what listens, a certificate, a database, or what a script sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ops.duration import Duration
from ops.spec import UNIX_PATH, DatabaseName, Spec, matching

_HOST = r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}"
_PORT = r"[1-9][0-9]{0,4}"
Endpoint = Annotated[str, matching(f"{_HOST}:{_PORT}", "endpoint")]
_CERTIFICATE = f"{UNIX_PATH}|{_HOST}:{_PORT}"
_DAYS = (14, 3)


def _days(value: Any) -> Any:
    """Take one number for both."""
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_order(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] < value[1]:
        raise ValueError("days-order")
    return value


class TcpCheck(Spec):
    """Something listens at ``host:port``, seen from the server itself."""

    tcp: Endpoint
    within: Duration = timedelta(seconds=60)


class CertificateCheck(Spec):
    """A certificate, in a file on the server or as ``host:port`` shows it, is good for some days more.

    days: how many are worth a warning, and how many are critical.
    """

    certificate: Annotated[str, matching(_CERTIFICATE, "certificate")]
    days: Annotated[
        tuple[Annotated[int, Field(ge=0, le=365)], Annotated[int, Field(ge=0, le=365)]],
        BeforeValidator(_days),
        AfterValidator(_in_order),
    ] = _DAYS


class DatabaseCheck(Spec):
    """One of the project's databases answers ``select 1``, asked as the project itself logs in."""

    database: DatabaseName


class ScriptCheck(Spec):
    """A script of the project's own, in the folder of its runbooks: well when it ends with 0."""

    script: Annotated[str, matching(r"[a-z0-9][a-z0-9-]{0,60}\.(?:sh|ps1)", "script-name")]
    severity: Literal["warning", "critical"] = "critical"

"""The wheels that pip finds in the sandbox, made without a network.

asyncpg is packed again from what is installed beside us; formbot-durations is made of formbot_durations.py.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DRIVER = "asyncpg"
DURATIONS = Path(__file__).resolve().with_name("formbot_durations.py")

_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_ANCIENT = (1980, 1, 1, 0, 0, 0)  # zip's first day: the same files make the same wheel
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


def make_wheels(folder: Path) -> None:
    """Fill a folder with every wheel that formbot's versions ask for."""
    for package in with_requirements(DRIVER):
        _pack(folder / _wheel_name(package), _installed_files(package), _dist_info(package))
    _pack(folder / "formbot_durations-1.0.0-py3-none-any.whl", _durations(), "formbot_durations-1.0.0.dist-info")


def wheel_inputs() -> str:
    """Return what the wheels depend on, for a fingerprint."""
    return "\n".join(
        (*(package.read_text("RECORD") or "" for package in with_requirements(DRIVER)), DURATIONS.read_text())
    )


def with_requirements(name: str) -> Iterator[Distribution]:
    """Yield a distribution and all that it needs here: what its markers exclude is not installed, extras aside."""
    package = distribution(name)
    yield package
    for requirement in package.requires or ():
        needed = _REQUIREMENT.match(requirement)
        if needed and "extra ==" not in requirement:
            try:
                yield from with_requirements(needed[0])
            except PackageNotFoundError:
                continue


def _dist_info(package: Distribution) -> str:
    return next(file.parts[0] for file in package.files or () if file.name == "METADATA")


def _wheel_name(package: Distribution) -> str:
    """Return the file's name, with the tags that the installed one was marked with."""
    tags = re.findall(r"^Tag: (\S+)-(\S+)-(\S+)$", package.read_text("WHEEL") or "", re.MULTILINE)
    compressed = (".".join(dict.fromkeys(column)) for column in zip(*tags, strict=True))
    return "-".join((_dist_info(package).removesuffix(".dist-info"), *compressed)) + ".whl"


def _installed_files(package: Distribution) -> dict[str, bytes]:
    """Return a distribution's files without what the installer added."""
    info = _dist_info(package)
    return {
        str(file): file.read_binary()
        for file in package.files or ()
        if not (file.parts[0] == info and file.name in _INSTALLERS)
        and "__pycache__" not in file.parts
        and ".." not in file.parts
    }


def _durations() -> dict[str, bytes]:
    info = "formbot_durations-1.0.0.dist-info"
    return {
        DURATIONS.name: DURATIONS.read_bytes(),
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: formbot-durations\nVersion: 1.0.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: lotsman\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def _pack(target: Path, files: Mapping[str, bytes], info: str) -> None:
    """Write a wheel. Source: the binary distribution format, packaging.python.org."""
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    whole = {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as wheel:
        for name, data in whole.items():
            entry = zipfile.ZipInfo(name, _ANCIENT)
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, data)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()

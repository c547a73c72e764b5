"""Ref: a branch, tag or commit as a person types it, parsed at the door."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Self

from ops.errors import BadRef

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHARACTERS = re.compile(r"[A-Za-z0-9._/+~^-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.ASCII)
_ANCESTRY = re.compile(r"(?:[~^][0-9]{0,4})*", re.ASCII)
_MOST = 200


class Ref(str):
    """A branch, tag or commit that is safe to hand on; past the door a Ref is always well formed.

    Allowed: ASCII letters, digits and ``. _ / + -``, then an ancestry suffix such as ``~1``. Stricter
    than git-check-ref-format(1) on purpose: an allow-list needs no list of attacks.
    """

    __slots__ = ()
    relative = re.compile(r"(?!)")
    """Refs relative to what is live that are allowed as well: none."""

    def __new__(cls, text: str) -> Self:
        """Parse text. Raises BadRef."""
        name = _name(text)
        reason = _objection(text, name)
        # On a server, HEAD is what is live. Nobody deploys what is live; going back from it is another matter.
        if name == "HEAD" and not reason and not cls.relative.fullmatch(text):
            reason = "head"
        if reason:
            raise BadRef(text[:_MOST], reason)
        return super().__new__(cls, text)

    @property
    def may_be_commit(self) -> bool:
        """Whether it reads like a commit id, full or abbreviated."""
        return _COMMIT.fullmatch(self) is not None


class WayBackRef(Ref):
    """A ref for a way back, which may also be ``HEAD~N``: N commits before the one that is live."""

    __slots__ = ()
    relative = re.compile(r"HEAD~[1-9][0-9]{0,3}", re.ASCII)


def read_ref(runbook: str, text: str) -> Ref:
    """Parse a ref by the grammar of the runbook it is for. Raises BadRef."""
    return WayBackRef(text) if runbook.startswith("rollback") else Ref(text)


def _name(text: str) -> str:
    """Cut the ancestry suffix off."""
    start = min((i for i in (text.find("~"), text.find("^")) if i >= 0), default=len(text))
    return text[:start]


def _objection(text: str, name: str) -> str:
    """Return why text is no ref, or nothing."""
    objections = {
        "empty": not text,
        "long": len(text) > _MOST,
        "characters": not _CHARACTERS.fullmatch(text) or not _ANCESTRY.fullmatch(text[len(name) :]),
        # A leading dash would be an option to git, a leading dot or slash a path.
        "start": name.startswith(("-", ".", "/", "+")) or not name,
        "sequence": any(bad in name for bad in ("..", "//", "/.", "/-", "/+")),
        "end": name.endswith((".lock", "/", ".")),
    }
    return next((why for why, true in objections.items() if true), "")


def nearest(wanted: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return up to ``most`` names that look like the wanted one, best first."""
    known = list(dict.fromkeys(names))
    folded = {name.lower(): name for name in reversed(known)}
    close = get_close_matches(wanted.lower(), folded, n=most, cutoff=0.5)
    inside = [low for low in folded if len(wanted) > 1 and wanted.lower() in low]
    return tuple(folded[low] for low in dict.fromkeys([*close, *inside]))[:most]

"""Title: what a project's own runbook or step is called, in each language that people read."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from ops.spec import matching

LANGUAGES: Final = ("uk", "ru", "en")


def _read_title(value: Any) -> Any:
    """One text stands for all languages."""
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


TitleText = Annotated[str, matching(r"(?s:[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]{0,63})", "title")]
Language = Annotated[str, matching("|".join(LANGUAGES), "language")]
Title = Annotated[dict[Language, TitleText], BeforeValidator(_read_title)]

"""Texts: what people read, from locales/<language>/*.ftl."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fluent.runtime import FluentBundle, FluentResource

from handlers.fresh_texts import read_fresh, read_texts
from handlers.markup import Html, cut_text, escape
from ops import title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

LANGUAGES: Final = title.LANGUAGES
LOCALES = Path(__file__).parent.parent / "locales"

_FACT_UNITS = 400
"""Of one fact. Fluent refuses parts over 2500 characters, and escaping makes six of one."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class MissingTextError(KeyError):
    """A text was asked for that the language does not have; tests find these before people do."""


class Texts:
    """The texts of one language. Calling it gives one: ``t(key, name="Olena")``."""

    def __init__(self, language: str, zone: tzinfo, files: Iterable[Path] | None = None) -> None:
        self.language = language
        self._zone = zone
        self._files = files

    @cached_property
    def _bundle(self) -> FluentBundle:
        # Isolation marks are invisible and would end up in commands that people copy.
        return FluentBundle([self.language], use_isolating=False)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Every text by its key, not parsed yet: parsed, all of them are 10 MB, and most are never shown."""
        return read_texts(self._paths())

    def fresh(self) -> Mapping[str, str]:
        """Return the texts as the files have them by now. Raises BadFile for what could not be shown to people."""
        return read_fresh(self._paths(), self.sources)

    def _paths(self) -> list[Path]:
        return sorted(self._files or (LOCALES / self.language).glob("*.ftl"))

    def adopt(self, sources: Mapping[str, str]) -> None:
        """Show these from now on."""
        self.__dict__.pop("_bundle", None)
        self.__dict__["sources"] = sources

    def __call__(self, key: str, /, **facts: Any) -> Html:
        """Return the text with its facts filled in. Facts are escaped unless they are Html already.

        Raises MissingTextError.
        """
        if not self.has(key) or (pattern := self._bundle.get_message(key).value) is None:
            raise MissingTextError(key)
        text, errors = self._bundle.format_pattern(pattern, {name: _fact(value) for name, value in facts.items()})
        if errors:
            raise MissingTextError(key, errors)
        return Html(text)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        if not self._bundle.has_message(key) and key in self.sources:
            self._bundle.add_resource(FluentResource(self.sources[key]))
        return bool(self._bundle.has_message(key))

    def first_of(self, *keys: str, **facts: Any) -> Html:
        """Return the first of these texts that there is; the last one has to be there."""
        return self(next((key for key in keys if self.has(key)), keys[-1]), **facts)

    def clock(self, at: datetime) -> str:
        """Return the time of day in the team's zone, ``14:02``."""
        return at.astimezone(self._zone).strftime("%H:%M")

    def moment(self, at: datetime, now: datetime) -> str:
        """Return a time in the team's zone, with the day unless it is today: ``14:02`` or ``10.10 14:02``."""
        local, today = at.astimezone(self._zone), now.astimezone(self._zone).date()
        return local.strftime("%H:%M" if local.date() == today else "%d.%m %H:%M")

    def stamp(self, at: datetime) -> str:
        """Return date and time to the second in the team's zone: ``2025-10-10 15:30:00``."""
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def planned(self, at: datetime) -> str:
        """Return a time to come in the team's zone, with its day: ``Sun 12.10 03:00``."""
        local = at.astimezone(self._zone)
        return f"{self(f'weekday-{local.weekday()}')} {local:%d.%m %H:%M}"

    def span(self, seconds: float) -> Html:
        """Return how long something took: ``0,4 s``, ``12 s``, ``3 min 5 s``, ``2 h 5 min``, ``3 d 4 h``."""
        whole = round(seconds)
        if seconds < 1:
            return self("span-moment", seconds=max(0.1, round(seconds, 1)))
        if whole < _MINUTE:
            return self("span-seconds", seconds=whole)
        if whole < _HOUR:
            return self("span-minutes", minutes=whole // _MINUTE, seconds=whole % _MINUTE)
        if whole < _DAY:
            return self("span-hours", hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)
        return self("span-days", days=whole // _DAY, hours=whole % _DAY // _HOUR)

    def ago(self, at: datetime, now: datetime) -> Html:
        """Return how long ago something was, in one unit."""
        seconds = max(timedelta(), now - at).total_seconds()
        if seconds < _MINUTE:
            return self("ago-moment")
        for unit, size in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
            if seconds >= size:
                return self(f"ago-{unit}", count=int(seconds // size))
        raise AssertionError

    def size(self, count: int) -> Html:
        """Return a file's size, ``412 B``, ``3.1 MB``."""
        for unit, bytes_in_it in (("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10)):
            if count >= bytes_in_it:
                return self(f"size-{unit}", count=round(count / bytes_in_it, 1))
        return self("size-bytes", count=count)

    def from_unix(self, seconds: str) -> datetime:
        """Return the moment that a server named in seconds since 1970."""
        return datetime.fromtimestamp(int(seconds) if seconds.isdigit() else 0, UTC)


class Languages:
    """All languages, and which one a person is spoken to in."""

    def __init__(self, zone: tzinfo, team: str) -> None:
        self._texts = {language: Texts(language, zone) for language in LANGUAGES}
        self.zone = zone
        self.team = self._texts[team]
        for texts in self._texts.values():
            texts.adopt(texts.sources)  # read now: what is edited later counts from its reload on

    def __getitem__(self, language: str) -> Texts:
        return self._texts[language]

    def prepare(self) -> tuple[int, Callable[[], None]]:
        """Read all texts again; return how many are different, and what puts them in place. Raises BadFile."""
        fresh = {language: texts.fresh() for language, texts in self._texts.items()}
        different = sum(
            sources.get(key) != self._texts[language].sources.get(key)
            for language, sources in fresh.items()
            for key in sources.keys() | self._texts[language].sources.keys()
        )

        def adopt() -> None:
            for language, sources in fresh.items():
                self._texts[language].adopt(sources)

        return different, adopt

    def person(self, chosen: str | None, telegram_code: str | None) -> Texts:
        """Return a person's texts: what was chosen with /lang, else what Telegram says, else the team's."""
        code = (telegram_code or "").partition("-")[0].lower()
        return self._texts.get(chosen or "", self._texts.get(code, self.team))


def _fact(value: Any) -> Any:
    """Cut and escape what is text; numbers stay numbers, so that plurals can count them."""
    if isinstance(value, (Html, int, float)):
        return value
    return escape(cut_text(str(value), _FACT_UNITS))

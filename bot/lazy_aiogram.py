"""Imports aiogram without paying for the types that a bot never meets.

aiogram builds a validator for each of its 600 types while it is imported: seconds of CPU and 100 MB. Here
each type is built at its first use instead, by aiogram's own names. ``LOTSMAN_EAGER_AIOGRAM=1`` switches
this off. It reaches into the import of one pinned version; tests compare what both ways read and write.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

import pydantic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import contextmanager
else:
    from contextlib import contextmanager


@contextmanager
def _without_rebuilding() -> Iterator[None]:
    """Turn ``model_rebuild`` into nothing for as long as aiogram is imported."""
    original = pydantic.BaseModel.__dict__["model_rebuild"]
    pydantic.BaseModel.model_rebuild = classmethod(lambda _cls, **_: None)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        pydantic.BaseModel.model_rebuild = original  # type: ignore[method-assign]


def _rebuild_with(names: dict[str, Any]) -> None:
    """Have pydantic, which builds an unfinished model when it is first used, find aiogram's names."""
    original = pydantic.BaseModel.__dict__["model_rebuild"].__func__

    def model_rebuild(cls: type[pydantic.BaseModel], /, **options: Any) -> bool | None:
        if cls.__module__.startswith("aiogram."):
            options["_types_namespace"] = names
        rebuilt: bool | None = original(cls, **options)
        return rebuilt

    pydantic.BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[method-assign, assignment]


def install() -> None:
    """Import aiogram this way, unless it is imported already or the switch says otherwise."""
    if "aiogram" in sys.modules or os.environ.get("LOTSMAN_EAGER_AIOGRAM"):
        return
    with _without_rebuilding():
        types = importlib.import_module("aiogram.types")
        methods = importlib.import_module("aiogram.methods")
    typing = importlib.import_module("typing")
    names = {name: getattr(types, name) for name in types.__all__}
    names |= {name: getattr(typing, name) for name in ("Any", "Dict", "List", "Literal", "Optional", "Union")}
    _rebuild_with(names | {"Response": methods.Response})


install()

"""formbot-durations 1.0.0: the dependency that formbot's v1.2.3 adds."""

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def in_words(seconds: float) -> str:
    """Return a duration in its largest whole unit: "3 minutes"."""
    for name, size in _UNITS:
        count = int(seconds // size)
        if count:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "a moment"

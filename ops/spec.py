"""Spec: the base of all that lotsman.yml and runbooks may say, and the narrow kinds of text they are made of."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Spec(BaseModel):
    """Base of everything read from lotsman.yml: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def matching(pattern: str, problem: str) -> AfterValidator:
    """Accept only texts that match as a whole; the problem's code becomes part of the error."""
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            message = f"{problem}: {text[:80]}"
            raise ValueError(message)
        return text

    return AfterValidator(check)


# Values become environment variables of scripts, never shell text. They are narrow all the same:
# a name with a space or a dash in front would surprise the programs that receive it.
Name = Annotated[str, matching(r"[a-z0-9][a-z0-9_-]{0,31}", "name")]
Unit = Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9@._:\\-]{0,127}", "unit")]
DatabaseName = Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}", "database")]
UserName = Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}", "user")]
Address = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}", "address")]
Port = Annotated[int, Field(ge=1, le=65535)]
UNIX_PATH = r"/[A-Za-z0-9._/@+ -]{0,250}"
WINDOWS_PATH = r"[A-Za-z]:[\\/][A-Za-z0-9._\\/@+() -]{0,250}"
AbsolutePath = Annotated[str, matching(f"{UNIX_PATH}|{WINDOWS_PATH}", "absolute-path")]
Service = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", "service")]
Word = Annotated[str, matching(r"[^\x00-\x1f\x7f]{1,500}", "argument")]
InnerPath = Annotated[str, matching(r"(?!.*(?:^|/)\.\.(?:/|$))[A-Za-z0-9._][A-Za-z0-9._/@+-]{0,200}", "inner-path")]
VersionWanted = Annotated[str, matching(r"(?:(?:[<>=!~^]=?)?[0-9]+(?:\.[0-9]+)*(?:,|$))+", "version-wanted")]
Url = Annotated[str, matching(r"https?://[!-~]{1,500}", "url")]
GpgRecipient = Annotated[
    str, matching(r"[0-9A-Fa-f]{16,40}|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,128}", "gpg-recipient")
]
AgeRecipient = Annotated[str, matching(r"age1[0-9a-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]+", "age-recipient")]

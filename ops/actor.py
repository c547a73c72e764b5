"""Actor: the person or timer on whose behalf something happens, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What a command or button asks for."""

    TALK = "talk"  # greet, read help, choose a language: any listed person
    VIEW = "view"  # see state and logs of a project
    OPERATE = "operate"  # change what runs: deploy, roll back, back up, cancel
    ADMIN = "admin"  # change who may do what; override a lock


class Role(StrEnum):
    """What lotsman.yml grants a person."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def rights(self) -> frozenset[Right]:
        """The rights this role includes."""
        return _RIGHTS[self]


_RIGHTS = {
    Role.VIEWER: frozenset({Right.TALK, Right.VIEW}),
    Role.OPERATOR: frozenset({Right.TALK, Right.VIEW, Right.OPERATE}),
    Role.ADMIN: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, known by numeric Telegram id: names change and can be imitated, ids cannot.

    ``projects``: what the role is limited to; empty means every project. ``git``: the name or e-mail in commits.
    """

    id: int
    name: str
    role: Role
    projects: frozenset[str] = frozenset()
    git: str = ""

    def may(self, right: Right, project: str = "") -> bool:
        """Whether the actor has the right, on that project when one is named."""
        return right in self.role.rights and (not project or self.sees(project))

    def sees(self, project: str) -> bool:
        """Whether the project exists for this actor at all."""
        return not self.projects or project in self.projects


CLOCK = Actor(0, "clock", Role.ADMIN)
"""Who does what lotsman.yml has scheduled. No message can come from it: nobody has the id 0."""

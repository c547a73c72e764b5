"""A new inventory takes an old one's place; what is the same stays the very same."""

from __future__ import annotations

import random
from pathlib import Path

from ops.actor import Actor, Role
from ops.alerts import AlertsSpec
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.ssh import Hosts
from ops.inventory import Difference, Inventory
from ops.project import HostSpec, Project


def hosts(**specs: HostSpec) -> dict[str, HostSpec]:
    return specs


def spec(address: str, via: str | None = None) -> HostSpec:
    return HostSpec(address=address, user="deploy", via=via)


def project(name: str, **changes: object) -> Project:
    return Project.model_validate(
        {"name": name, "stack": "python-systemd", "hosts": ["web1"], "path": "/srv", "services": ["one"], **changes}
    )


def connections(tmp_path: Path, specs: dict[str, HostSpec]) -> Hosts:
    return Hosts(specs, KnownHosts(tmp_path / "known_hosts"), random.Random(0))  # noqa: S311  spreads retries


def test_a_server_that_stays_keeps_its_connection_and_others_come_and_go(tmp_path: Path) -> None:
    held = connections(tmp_path, hosts(web1=spec("192.0.2.1"), web2=spec("192.0.2.2"), old=spec("192.0.2.3")))
    before = dict(held)
    held.adopt(hosts(web1=spec("192.0.2.1"), web2=spec("192.0.2.22"), new=spec("192.0.2.4")))
    assert held["web1"] is before["web1"]
    assert held["web2"] is not before["web2"]
    assert held["web2"].address == "192.0.2.22:22"
    assert list(held) == ["web1", "web2", "new"]


def test_another_way_there_is_another_connection(tmp_path: Path) -> None:
    held = connections(tmp_path, hosts(web1=spec("192.0.2.1", via="jump"), jump=spec("192.0.2.9")))
    before = dict(held)
    held.adopt(hosts(web1=spec("192.0.2.1", via="jump"), jump=spec("192.0.2.10")))
    assert held["web1"] is not before["web1"]
    assert held["web1"].via is held["jump"]


def test_what_is_different_is_named_in_the_order_of_the_file() -> None:
    olena, ihor = Actor(1, "Олена", Role.ADMIN), Actor(2, "Ігор", Role.VIEWER)
    old = Inventory({"web1": spec("192.0.2.1")}, [olena, ihor], [project("formbot"), project("old")])
    new = Inventory(
        {"web1": spec("192.0.2.1")},
        [olena, Actor(2, "Ігор", Role.OPERATOR)],
        [project("shop"), project("formbot", branch="next")],
        alerts=AlertsSpec(fire_after=5),
    )
    assert old.differences(new) == {
        "projects": Difference(("shop",), ("formbot",), ("old",)),
        "hosts": Difference(),
        "hooks": Difference(),
        "alerts": Difference(changed=("alerts",)),
        "people": Difference(changed=("Ігор",)),
    }
    held = old
    old.adopt(new)
    assert list(held.projects) == ["shop", "formbot"]
    actor = held.actor(2)
    assert actor is not None
    assert actor.role is Role.OPERATOR

"""What Alertmanager tells is stored once, and people are told once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ops.redaction import Redactor
from ops.store.alerts import PostgresAlerts
from ops.store.outbox import Destination, PostgresOutbox
from ops.watch.alertmanager import BadNotification, read_notification
from tests.alertmanager.payloads import T0, VERSIONS, alert, payload, written

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = T0 + timedelta(minutes=1)
MINUTE = timedelta(minutes=1)


class Inbound:
    """Takes payloads, and says which letters there are."""

    def __init__(self, pool: Pool, clean: Redactor | None = None) -> None:
        self.alerts = PostgresAlerts(pool, Destination(-1), clean.clean if clean else str)
        self.outbox = PostgresOutbox(pool, "me")
        self._pool = pool

    async def take(self, body: dict[str, Any], after: timedelta = timedelta()) -> bool:
        return await self.alerts.take(read_notification(written(body)), NOW + after)

    async def letters(self) -> list[str]:
        return [row["kind"] for row in await self._pool.fetch("SELECT kind FROM outbox ORDER BY id")]

    async def deliver_all(self) -> None:
        await self._pool.execute("UPDATE outbox SET sent_at = $1, message_id = id, taken_at = $1", NOW)


@pytest.fixture
def inbound(pool: Pool) -> Inbound:
    return Inbound(pool)


OVER = alert(ended=5 * MINUTE)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read(version: str) -> None:
    notification = read_notification(written(payload(version, alert(severity="warning"), OVER)))
    first, second = notification.alerts
    assert (first.name, first.severity, first.status, first.ended_at) == ("HighErrorRate", "warning", "firing", None)
    assert second.ended_at == T0 + 5 * MINUTE
    assert first.starts_at.replace(microsecond=0) == T0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "body: "),
        (written({**payload("v0.27"), "version": "3"}), "version: "),
        (written({**payload("v0.27"), "groupKey": ""}), "groupKey: "),
        (written({**payload("v0.27"), "alerts": []}), "alerts: "),
        (written(payload("v0.27", {**alert(), "status": "pending"}, status="firing")), "alerts.0.status: "),
        (written(payload("v0.27", alert(startsAt="yesterday"))), "alerts.0.startsAt: "),
        (written(payload("v0.27", alert(startsAt="2025-10-10T12:00:00"))), "alerts.0.startsAt: "),
        (written(payload("v0.27", alert(labels=["a"]))), "alerts.0.labels: "),
    ],
    ids=["empty", "deep", "bytes", "list", "version", "group", "none", "status", "time", "zoneless", "labels"],
)
def test_what_is_no_notification_is_refused_with_its_place(body: bytes, reason: str) -> None:
    with pytest.raises(BadNotification, match=reason):
        read_notification(body)


async def test_a_notification_twice_is_one_message(inbound: Inbound) -> None:
    assert await inbound.take(payload("v0.27"))
    for version in VERSIONS:
        assert not await inbound.take(payload(version), MINUTE)
    assert await inbound.letters() == ["alerts"]


async def test_its_whole_life_twice_is_one_message_and_one_end(inbound: Inbound) -> None:
    for _ in range(2):
        await inbound.take(payload("v0.34"))
        await inbound.take(payload("v0.34", OVER), 5 * MINUTE)
    assert await inbound.letters() == ["alerts", "alerts-over"]


async def test_what_joins_changes_the_message_and_a_higher_severity_is_told_aloud(inbound: Inbound) -> None:
    mild = alert(severity="warning")
    await inbound.take(payload("v0.27", mild))
    await inbound.deliver_all()
    await inbound.take(payload("v0.27", mild, alert(instance="web2:9100", severity="warning")))
    await inbound.deliver_all()
    await inbound.take(payload("v0.27", mild, alert(instance="web3:9100")))
    assert await inbound.letters() == ["alerts", "alerts-edit", "alerts-worse"]
    episode = await inbound.alerts.load(1, 1)
    assert episode is not None
    assert episode.severity == "critical"
    assert {each.labels["instance"] for each in episode.firing} == {"web1:9100", "web3:9100"}, "web2 was left out"


async def test_what_changes_before_the_message_went_out_needs_no_second_letter(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27"))
    await inbound.take(payload("v0.27", alert(), alert(instance="web2:9100")))
    assert await inbound.letters() == ["alerts"]


async def test_left_out_for_length_is_not_gone(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27", alert(), alert(instance="web2:9100")))
    await inbound.take(payload("v0.27", alert(), alert(instance="web3:9100"), truncatedAlerts=1))
    episode = await inbound.alerts.load(1, 1)
    assert episode is not None
    assert len(episode.firing) == 3


async def test_what_fires_again_is_a_message_of_its_own(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27"))
    await inbound.take(payload("v0.27", OVER), 5 * MINUTE)
    again = alert(startsAt=(T0 + 7 * MINUTE).isoformat())
    await inbound.take(payload("v0.27", again), 8 * MINUTE)
    assert await inbound.letters() == ["alerts", "alerts-over", "alerts"]
    first, second = await inbound.alerts.load(1, 1), await inbound.alerts.load(1, 2)
    assert first is not None
    assert second is not None
    assert first.resolved_at == NOW + 5 * MINUTE
    assert (second.began_at, second.resolved_at) == (T0 + 7 * MINUTE, None)


async def test_a_late_retry_of_what_is_over_is_not_believed_but_an_hour_later_it_is(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27"))
    await inbound.take(payload("v0.27", OVER), 5 * MINUTE)
    assert not await inbound.take(payload("v0.27"), 14 * MINUTE)
    assert await inbound.take(payload("v0.27"), 65 * MINUTE)
    assert await inbound.letters() == ["alerts", "alerts-over", "alerts"]


async def test_what_ends_untold_is_no_news(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27", OVER))
    assert await inbound.letters() == []


async def test_two_groups_are_two_messages_however_long_their_keys(inbound: Inbound) -> None:
    for letter in "ab":
        await inbound.take(payload("v0.27", groupKey="{}:" + letter * 50_000))
    assert await inbound.letters() == ["alerts", "alerts"]


async def test_what_no_table_can_hold_is_held_all_the_same(inbound: Inbound) -> None:
    hostile = alert(annotations={"summary": "a\0b\ud800<b>", "n\0": 5}, fingerprint="f\0")
    assert await inbound.take(payload("grafana", hostile, groupKey="\0\ud800"))
    episode = await inbound.alerts.load(1, 1)
    assert episode is not None
    assert episode.alerts[0].annotations == {"summary": "ab\ufffd<b>", "n": "5"}


async def test_secrets_are_masked_before_anything_is_stored(pool: Pool) -> None:
    inbound = Inbound(pool, Redactor(["canary-77"]))
    key = "-----BEGIN PRIVATE KEY-----\nabc"
    await inbound.take(payload("v0.27", alert(annotations={"summary": "token canary-77", "description": key})))
    rows = await pool.fetch("SELECT body FROM alerts")
    assert "canary" not in str(rows)
    assert json.loads(rows[0]["body"])["annotations"]["description"] == "•••"


async def test_who_takes_it_on_stands_there_until_it_is_worse_or_over(inbound: Inbound) -> None:
    mild = alert(severity="warning")
    await inbound.take(payload("v0.27", mild))
    assert await inbound.alerts.ack(1, 1, "Olena", NOW)
    await inbound.take(payload("v0.27", mild, alert(instance="web2", severity="warning")))
    episode = await inbound.alerts.load(1, 1)
    assert episode is not None
    assert (episode.acked_by, episode.acked_at) == ("Olena", NOW)
    await inbound.take(payload("v0.27", mild, alert(instance="web3")))
    episode = await inbound.alerts.load(1, 1)
    assert episode is not None
    assert (episode.acked_by, episode.acked_at) == ("", None)
    over = [alert(severity="warning", ended=MINUTE), alert(instance="web3", ended=MINUTE)]
    await inbound.take(payload("v0.27", *over))
    assert not await inbound.alerts.ack(1, 1, "Olena", NOW)
    assert not await inbound.alerts.ack(7, 1, "Olena", NOW)


async def test_what_is_not_heard_of_for_too_long_is_let_go_and_begins_anew(inbound: Inbound) -> None:
    await inbound.take(payload("v0.27"))
    assert await inbound.alerts.let_go(NOW, NOW + MINUTE) == 0
    assert await inbound.alerts.let_go(NOW + MINUTE, NOW + MINUTE) == 1
    assert await inbound.alerts.let_go(NOW + MINUTE, NOW + MINUTE) == 0
    first = await inbound.alerts.load(1, 1)
    assert first is not None
    assert first.resolved_at == NOW + MINUTE
    assert await inbound.take(payload("v0.27"), 2 * MINUTE)
    assert await inbound.letters() == ["alerts", "alerts-over", "alerts"]


async def test_a_monitor_falls_silent_once_and_is_heard_again(inbound: Inbound) -> None:
    alerts = inbound.alerts
    assert await alerts.silent_since(NOW) == [], "nobody has ever been heard"
    await alerts.heard("am", NOW)
    assert await alerts.silent_since(NOW) == []
    assert await alerts.silent_since(NOW + MINUTE) == [("am", NOW)]
    await alerts.note_silence("am", NOW)
    assert await alerts.silent_since(NOW + MINUTE) == []
    assert await alerts.is_silent("am")
    await alerts.heard("am", NOW + 2 * MINUTE)
    await alerts.note_silence("am", NOW)
    assert not await alerts.is_silent("am"), "it was heard before its silence could be noted"

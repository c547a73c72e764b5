"""Monitors are answered, and what other programs post is stored before they are."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import asyncpg
import pytest

from bot.health import Health
from bot.hooks import MOST_BYTES, Doorkeeper, Hooks
from bot.http import http_app, serving
from bot.metrics import Metrics, Own
from ops.inventory import Inventory
from ops.project import HookSpec
from ops.redaction import Redactor
from ops.store.alerts import PostgresAlerts
from ops.store.figures import read_figures
from ops.store.incidents import PostgresIncidents
from ops.store.mutes import PostgresMutes
from ops.store.outbox import Destination
from ops.store.people import PostgresAudit
from ops.store.postgres import write_pulse
from ops.watch.inbound import Monitors
from ops.watch.incidents import Incidents
from ops.watch.maintenance import Maintenance
from ops.watch.rules import Rules
from tests.alertmanager.payloads import T0, alert, payload, written

if TYPE_CHECKING:
    from ops.store.postgres import Pool

TOKEN = "a-token-that-nobody-guesses"
METRICS_TOKEN = "another-one-for-prometheus"
TEAM = Destination(-1)
MINUTE = timedelta(minutes=1)


class Door:
    """The application over a real database, and a program that knocks."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.now = T0
        self.told = 0
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731  it is passed in
        self.health = Health(clock, lambda: write_pulse(pool, self.now), clock)
        self.health.looped_at = self.health.scheduled_at = T0
        self.alerts = PostgresAlerts(pool, TEAM, Redactor([TOKEN]).clean)
        self.incidents = Incidents(
            PostgresIncidents(pool, TEAM),
            PostgresMutes(pool),
            Maintenance(pool),
            rules=lambda _: Rules(),
            owners=lambda: (),
            told=lambda: None,
            now=clock,
        )
        self.monitors = Monitors(self.alerts, self.incidents)
        self.inventory = Inventory({}, (), (), hooks={"uptime": HookSpec(project="formbot")})
        self.hooks = Hooks(
            Doorkeeper(TOKEN, PostgresAudit(pool), clock),
            self.inventory,
            self.alerts,
            self.incidents,
            self.monitors,
            clean=Redactor([TOKEN]).clean,
            told=self._told,
            now=clock,
        )

    def _told(self) -> None:
        self.told += 1

    @asynccontextmanager
    async def open(self, *, metrics_token: str = "", hooks: bool = True) -> AsyncIterator[Caller]:
        metrics = Metrics(lambda: read_figures(self.pool), self.incidents.counts, self._own, lambda _: True)
        app = http_app(self.health, metrics, self.hooks if hooks else None, metrics_token=metrics_token)
        async with serving(app, "127.0.0.1:0") as address, aiohttp.ClientSession() as session:
            yield Caller(session, address)

    async def _own(self) -> Own:
        return Own(state=await self.health.look())

    async def letters(self) -> list[str]:
        return [row["kind"] for row in await self.pool.fetch("SELECT kind FROM outbox ORDER BY id")]


class Caller:
    """Somebody with an HTTP client."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def post(self, path: str, body: bytes, token: str | None = TOKEN, scheme: str = "Bearer") -> tuple[int, str]:
        headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
        async with self._session.post(
            f"http://{self._address}{path}", data=io.BytesIO(body), headers=headers
        ) as response:
            return response.status, await response.text()

    async def get(self, path: str, token: str | None = None) -> tuple[int, str]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with self._session.get(f"http://{self._address}{path}", headers=headers) as response:
            return response.status, await response.text()


@pytest.fixture
async def door(pool: Pool) -> Door:
    return Door(pool)


AM = "/hooks/alertmanager"


async def test_it_is_well_while_all_is_and_unwell_without_a_database(door: Door) -> None:
    async with door.open() as caller:
        status, text = await caller.get("/healthz")
        assert status == 200
        assert json.loads(text) == {"telegram": True, "database": True, "scheduler": True, "loop": True, "commit": ""}
        assert await door.pool.fetchval("SELECT at FROM pulse") == T0
        door.now += 3 * MINUTE
        door.health.looped_at = door.now
        status, text = await caller.get("/healthz")
        assert (status, json.loads(text)["scheduler"]) == (503, False)


async def test_there_is_nothing_else_to_be_seen(door: Door) -> None:
    async with door.open(hooks=False) as caller:
        for path in ("/", "/hooks", AM, "/hooks/uptime", "/healthz/x"):
            assert (await caller.get(path))[0] == 404
        assert (await caller.post(AM, b"{}"))[0] == 404, "without a token set there are no hooks"


async def test_what_alertmanager_posts_twice_is_stored_and_told_once(door: Door) -> None:
    async with door.open() as caller:
        assert await caller.post(AM, written(payload("v0.34"))) == (200, '{"result": "stored"}')
        assert await caller.post(AM, written(payload("v0.34"))) == (200, '{"result": "known"}')
    assert await door.letters() == ["alerts"]
    assert door.told == 1


async def test_a_wrong_token_opens_nothing_and_is_audited_once_a_minute(door: Door) -> None:
    body = written(payload("v0.27"))
    async with door.open() as caller:
        attempts = [(None, "Bearer"), ("", "Bearer"), ("wrong", "Bearer"), (TOKEN[:-1], "Bearer"), (TOKEN, "Basic")]
        for token, scheme in attempts:
            status, text = await caller.post(AM, body, token, scheme)
            assert status == 401
            assert TOKEN not in text
        door.now += MINUTE
        await caller.post("/hooks/uptime", body, "x" * 5000)
    assert await door.letters() == []
    rows = await door.pool.fetch("SELECT action, verdict, detail FROM audit ORDER BY id")
    assert [(row["action"], row["verdict"]) for row in rows] == [("hook", "unauthorized")] * 2
    assert json.loads(rows[1]["detail"]) == {"path": "/hooks/uptime", "address": "127.0.0.1", "token": True}


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"", "no JSON"), (b"{}", "groupKey"), (b'{"version": "2"}', "version"), (b"[1]", "body")],
    ids=["empty", "bare", "version", "list"],
)
async def test_what_is_malformed_is_refused_for_good_and_says_why(door: Door, body: bytes, why: str) -> None:
    async with door.open() as caller:
        status, text = await caller.post(AM, body)
        assert status == 400
        assert why in text or "version" in text


async def test_what_is_too_large_is_not_read(door: Door) -> None:
    async with door.open() as caller:
        fits = written(payload("v0.27", alert(annotations={"summary": "x" * (MOST_BYTES - 5000)})))
        assert (await caller.post(AM, fits))[0] == 200
        assert (await caller.post(AM, b" " * (MOST_BYTES + 1)))[0] == 413


async def test_while_the_database_is_away_it_has_to_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    body = written(payload("v0.27"))
    async with door.open() as caller:
        for error in (asyncpg.CannotConnectNowError("starting"), ConnectionRefusedError(), TimeoutError()):

            def acquire(*_: Any, error: Exception = error, **__: Any) -> Any:
                raise error

            with monkeypatch.context() as patch:
                patch.setattr(type(door.pool), "acquire", acquire)
                assert (await caller.post(AM, body))[0] == 503
                assert (await caller.post(AM, body, "wrong"))[0] == 401, "even if that cannot be noted"
        assert (await caller.post(AM, body))[0] == 200
    assert await door.letters() == ["alerts"]


async def test_many_at_once_are_one(door: Door) -> None:
    body = written(payload("v0.32", alert(), alert(instance="web2:9100")))
    async with door.open() as caller:
        answers = await asyncio.gather(*(caller.post(AM, body) for _ in range(20)))
    assert sorted(answers).count((200, '{"result": "stored"}')) == 1
    assert await door.letters() == ["alerts"]


async def test_a_watchdog_is_no_alert_but_its_silence_is_and_ends_when_it_is_back(door: Door) -> None:
    watchdog = written(payload("v0.27", alert("Watchdog", severity="none")))
    async with door.open() as caller:
        await door.monitors.look(door.now + 60 * MINUTE)
        assert await door.incidents.counts() == await door.incidents.counts()
        assert await caller.post(AM, watchdog) == (200, '{"result": "alive"}')
        await door.monitors.look(door.now + 9 * MINUTE)
        assert await phases(door) == []
        for _ in range(2):
            await door.monitors.look(door.now + 11 * MINUTE)
        assert await phases(door) == ["firing"]
        door.now += 12 * MINUTE
        await caller.post(AM, watchdog)
        assert await phases(door) == ["ok"]
    assert "alerts" not in await door.letters()


async def test_a_simple_hook_makes_an_incident_and_ends_it(door: Door) -> None:
    trouble = {
        "title": "Site down",
        "text": f"502\nAuthorization: Bearer {TOKEN}",
        "severity": "warning",
        "key": "site",
    }
    async with door.open() as caller:
        assert await caller.post("/hooks/uptime", written(trouble)) == (200, '{"result": "stored"}')
        assert await phases(door) == ["firing"]
        row = await door.pool.fetchrow("SELECT * FROM subjects")
        assert row is not None
        assert (row["project"], row["check"], row["name"]) == ("formbot", "hook", "uptime:site")
        assert TOKEN not in str(dict(row))
        door.now += MINUTE
        await caller.post("/hooks/uptime", written({**trouble, "status": "resolved"}))
        assert await phases(door) == ["ok"]


@pytest.mark.parametrize(
    "body",
    [b"x", b"{}", b'{"title": ""}', b'{"title": 5}', b'{"title": "a", "status": "maybe"}', b'{"title": "\\u0000"}'],
)
async def test_a_simple_hook_says_what_is_wrong_with_its_words(door: Door, body: bytes) -> None:
    async with door.open() as caller:
        assert (await caller.post("/hooks/uptime", body))[0] == 400
        assert (await caller.post("/hooks/nobody", b'{"title": "a"}'))[0] == 404


async def phases(door: Door) -> list[str]:
    return [row["phase"] for row in await door.pool.fetch("SELECT phase FROM subjects ORDER BY key")]


async def test_figures_can_be_kept_from_strangers(door: Door) -> None:
    async with door.open(metrics_token=METRICS_TOKEN) as caller:
        assert (await caller.get("/metrics"))[0] == 401
        assert (await caller.get("/metrics", TOKEN))[0] == 401
        assert (await caller.get("/metrics", METRICS_TOKEN))[0] == 200
    async with door.open() as caller:
        assert (await caller.get("/metrics"))[0] == 200


async def test_it_stops_listening_at_the_end(door: Door) -> None:
    async with serving(http_app(door.health), "127.0.0.1:0") as address:
        host, _, port = address.rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, int(port))

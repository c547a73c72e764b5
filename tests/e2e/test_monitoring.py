"""A real Prometheus and a real Alertmanager watch the bot, and tell it; and what becomes of a bot that stands still."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.app import utc_now
from bot.http import serving
from bot.settings import Settings
from demo.sandbox.ports import free_port
from demo.sandbox.sandbox import Sandbox
from ops.project import HookSpec
from ops.store.postgres import open_pool
from tests.alertmanager.payloads import alert, payload, written
from tests.e2e.harbour import TOKEN as BOT_TOKEN
from tests.e2e.harbour import Harbour

HOOKS_TOKEN, METRICS_TOKEN = "harbour-master-hooks", "harbour-master-figures"
MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"
ADDRESS = "127.0.0.1"


class Watched(Harbour):
    """A bot that is watched, and told things."""

    port = 0

    def settings(self) -> Settings:
        self.port = self.port or free_port()
        more = {"http_listen": f"{ADDRESS}:{self.port}", "hooks_token": HOOKS_TOKEN, "metrics_token": METRICS_TOKEN}
        return Settings(_env_file=None, **{**dict(super().settings()), **more})

    async def post(self, body: bytes, path: str = "/hooks/alertmanager") -> int:
        headers = {"Authorization": f"Bearer {HOOKS_TOKEN}"}
        url = f"http://{ADDRESS}:{self.port}{path}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
            return response.status


class Water:
    """A program that Prometheus asks for its depth."""

    depth = 9

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        async def metrics(_: web.Request) -> web.Response:
            return web.Response(text=f"harbour_depth {self.depth}\n")

        app = web.Application()
        app.router.add_get("/metrics", metrics)
        async with serving(app, f"{ADDRESS}:0") as address:
            yield address


RULES = {
    "groups": [
        {
            "name": "harbour",
            "rules": [
                {
                    "alert": "LowWater",
                    "expr": "harbour_depth < 5",
                    "labels": {"severity": "critical"},
                    "annotations": {
                        "summary": "{{ $value }} m at {{ $labels.berth }} <b>",
                        "runbook_url": "https://wiki.example.org/water",
                    },
                }
            ],
        }
    ]
}


def program(*names: str) -> str:
    """Return a program's path, or skip."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("LOTSMAN_CI") == "1":
            pytest.fail(f"no {names[0]} in CI")
        pytest.skip(f"no {names[0]}: apt install prometheus prometheus-alertmanager")
    return found


@asynccontextmanager
async def running(*arguments: str, cwd: Path) -> AsyncIterator[Process]:
    with (cwd / f"{Path(arguments[0]).name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*arguments, cwd=cwd, stdout=log, stderr=log)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def monitoring(folder: Path, bot: int, water: str) -> AsyncIterator[int]:
    """Prometheus and Alertmanager as the examples have them, only quicker; yields Prometheus' port."""
    prometheus, alertmanager = program("prometheus"), program("prometheus-alertmanager", "alertmanager")
    port, am_port = free_port(), free_port()
    (folder / "rules.yml").write_text(json.dumps(RULES))  # JSON is YAML
    config = {
        "global": {"evaluation_interval": "200ms", "scrape_interval": "200ms", "scrape_timeout": "200ms"},
        "rule_files": ["rules.yml", str(MONITORING / "lotsman-alerts.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"{ADDRESS}:{am_port}"]}]}]},
        "scrape_configs": [
            {"job_name": "water", "static_configs": [{"targets": [water], "labels": {"berth": "east"}}]},
            {
                "job_name": "lotsman",
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "authorization": {"credentials": METRICS_TOKEN},
                "static_configs": [{"targets": [f"{ADDRESS}:{bot}"]}],
            },
        ],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))
    quick = {"group_wait": "100ms", "group_interval": "200ms", "repeat_interval": "1h"}
    hook = {
        "url": f"http://{ADDRESS}:{bot}/hooks/alertmanager",
        "http_config": {"authorization": {"credentials": HOOKS_TOKEN}},
    }
    routes = {"receiver": "lotsman", "group_by": ["alertname"], **quick}
    receivers = [{"name": "lotsman", "webhook_configs": [hook]}]
    (folder / "alertmanager.yml").write_text(json.dumps({"route": routes, "receivers": receivers}))
    manager = (
        alertmanager,
        "--config.file=alertmanager.yml",
        f"--storage.path={folder / 'am'}",
        f"--web.listen-address={ADDRESS}:{am_port}",
        "--cluster.listen-address=",
    )
    server = (
        prometheus,
        "--config.file=prometheus.yml",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={ADDRESS}:{port}",
        "--rules.alert.resend-delay=500ms",  # Alertmanager may not listen yet when the first one is sent
    )
    async with running(*manager, cwd=folder), running(*server, cwd=folder):
        yield port


async def figure(port: int, query: str) -> str:
    """Ask Prometheus until it has an answer."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://{ADDRESS}:{port}/api/v1/query", params={"query": query}) as response:
                    found = (await response.json())["data"]["result"]
            except (aiohttp.ClientError, KeyError):
                found = []
            if found:
                value: str = found[0]["value"][1]
                return value
            await asyncio.sleep(0.1)


async def test_a_real_rule_fires_and_ends_in_one_message(sandbox: Sandbox, fresh_dsn: str, tmp_path: Path) -> None:
    harbour, water = Watched(sandbox, fresh_dsn, tmp_path), Water()
    async with harbour.open(), water.open() as address, monitoring(tmp_path, harbour.port, address) as port:
        assert await figure(port, "lotsman_up") == "1"
        await harbour.until_row("SELECT count(*) = 1 FROM monitors")
        assert harbour.messages() == [], "the Watchdog is no alert"
        water.depth = 2
        await harbour.world.until(lambda: len(harbour.messages()) == 1, timeout=60)
        (message,) = harbour.messages()
        assert message.text.startswith("🔥 LowWater\n1 тривога з ")
        assert "berth=east" in message.text
        assert "2 m at east <b>" in message.text
        assert not message.silent
        water.depth = 9
        await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
        await harbour.until_shows(message, "✅ LowWater")
        answer = harbour.messages()[1]
        assert answer.text.startswith("✅ LowWater: усе минуло, тривало ")
        assert answer.reply_to is message
        assert answer.silent
        water.depth = 1
        await harbour.world.until(lambda: len(harbour.messages()) == 3, timeout=60)
        assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM alert_groups") == 1


async def test_a_group_is_one_message_over_a_restart_and_while_telegram_is_away(
    sandbox: Sandbox, fresh_dsn: str, tmp_path: Path
) -> None:
    harbour = Watched(sandbox, fresh_dsn, tmp_path)
    one, two = alert(severity="warning"), alert(instance="web2:9100", severity="warning")
    async with harbour.open():
        harbour.world.faults.down = True
        assert await harbour.post(written(payload("v0.34", one))) == 200
        await harbour.stop_bot()
        await harbour.start_bot()
        harbour.world.faults.calm()
        await harbour.world.until(lambda: len(harbour.messages()) == 1, timeout=60)
        (message,) = harbour.messages()
        assert message.labels == [["🙋 Беруся"], ["Що робити"]]
        harbour.world.press(message, "🙋 Беруся", by=harbour.ihor)
        await harbour.until_shows(message, "🙋 Взявся Игорь, ")
        await harbour.post(written(payload("v0.34", one, two)))
        await harbour.until_shows(message, "2 тривоги")
        assert "🙋 Взявся Игорь, " in message.text
        worse = alert(instance="web3:9100")
        await harbour.post(written(payload("v0.34", one, two, worse)))
        await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
        assert harbour.messages()[1].text == "🔥 HighErrorRate: стало гірше, тепер критично"
        assert harbour.messages()[1].reply_to is message
        assert message.text.startswith("🔥 HighErrorRate")
        assert "Взявся" not in message.text, "what has become worse nobody has taken on yet"
        harbour.world.press(message, "🙋 Беруся", by=harbour.olena)
        await harbour.until_shows(message, "🙋 Взявся Олена, ")
        harbour.world.press(message, "↩️ Віддати", by=harbour.olena)
        await harbour.world.until(lambda: "Взявся" not in message.text)


async def test_a_simple_hook_is_an_incident_and_a_silent_alertmanager_too(
    sandbox: Sandbox, fresh_dsn: str, tmp_path: Path
) -> None:
    harbour = Watched(sandbox, fresh_dsn, tmp_path, alerts={"every": "off", "wait": "100ms"})
    async with harbour.open():
        harbour.app.driver.inventory.hooks = {"uptime": HookSpec(project="formbot")}
        trouble = {"title": "Site <b>down", "text": "502 Bad Gateway", "key": "site"}
        assert await harbour.post(written(trouble), "/hooks/uptime") == 200
        told = await harbour.letter("incident:1:%")
        assert told.text.startswith("🔴 formbot · з ")
        assert "Site <b>down (від uptime)" in told.text
        assert "502 Bad Gateway" in told.text
        await harbour.post(written({**trouble, "status": "ok"}), "/hooks/uptime")
        await harbour.until_shows(told, "✅")
        await harbour.post(written(payload("v0.34", alert("Watchdog", severity="none"))))
        await harbour.app.monitors.look(utc_now() + timedelta(minutes=11))
        silent = await harbour.letter("incident:2:%")
        assert "моніторинг alertmanager:9093 мовчить уже 10 хв" in silent.text


async def test_after_half_an_hour_without_telegram_everything_comes_late_and_the_worst_first(
    sandbox: Sandbox, fresh_dsn: str, tmp_path: Path
) -> None:
    harbour = Watched(sandbox, fresh_dsn, tmp_path, alerts={"every": "off", "wait": "100ms"})
    async with harbour.open():
        harbour.world.faults.down = True
        harbour.app.driver.inventory.hooks = {"uptime": HookSpec()}
        for severity in ("info", "warning", "critical"):
            body = payload("v0.34", alert(f"Is{severity}", severity=severity), groupKey=severity, groupLabels={})
            assert await harbour.post(written(body)) == 200
        for number in range(5):
            assert await harbour.post(written({"title": f"Site {number}", "key": str(number)}), "/hooks/uptime") == 200
        await harbour.until_row("SELECT count(*) = 8 FROM outbox")
        await harbour.stop_bot()
        async with await open_pool(fresh_dsn) as pool:
            half_an_hour = "interval '30 minutes'"
            await pool.execute(
                f"UPDATE outbox SET created_at = created_at - {half_an_hour}, taken_at = taken_at - {half_an_hour}"  # noqa: S608  our own words
            )
        await harbour.start_bot()
        harbour.world.faults.calm()
        await harbour.world.until(lambda: len(harbour.messages()) == 4, timeout=60)
        texts = [message.text for message in harbour.messages()]
        assert all(text.startswith("⏱ Із запізненням: це було о ") for text in texts)
        assert sum("Site" in text for text in texts) == 1, "five incidents are one message"
        order = [
            next(i for i, text in enumerate(texts) if word in text) for word in ("Iscritical", "Iswarning", "Isinfo")
        ]
        assert order == sorted(order)


async def test_many_groups_at_once_are_one_message_and_each_gets_its_own_when_it_changes(
    sandbox: Sandbox, fresh_dsn: str, tmp_path: Path
) -> None:
    harbour = Watched(sandbox, fresh_dsn, tmp_path)
    async with harbour.open():
        harbour.world.faults.down = True
        for number in range(20):
            await harbour.post(written(payload("v0.27", alert(instance=f"web{number}"), groupKey=str(number))))
        async with asyncio.timeout(30):
            while len(harbour.app.postman._queued) < 20:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.02)
        harbour.world.faults.calm()
        await harbour.world.until(lambda: len(harbour.messages()) == 1, timeout=60)
        (digest,) = harbour.messages()
        assert digest.text.startswith("📋 Одразу 20 груп тривог\n🔥 HighErrorRate · job=formbot · 1 тривога з ")
        assert "5% of the requests to web7 fail" in digest.text
        await harbour.until_row("SELECT count(*) = 20 FROM outbox WHERE sent_at IS NOT NULL")
        over = alert(instance="web7", ended=timedelta(minutes=5))
        await harbour.post(written(payload("v0.27", over, groupKey="7")))
        await harbour.world.until(lambda: len(harbour.messages()) == 3, timeout=60)
        assert harbour.messages()[1].text.startswith("✅ HighErrorRate")
        assert harbour.messages()[2].reply_to is harbour.messages()[1]


async def test_a_bot_that_stands_still_says_nothing_to_the_dead_mans_switch(
    sandbox: Sandbox, fresh_dsn: str, tmp_path: Path
) -> None:
    harbour = Harbour(sandbox, fresh_dsn, tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "known_hosts").write_text(sandbox.ssh.known_hosts.read_text())
    harbour.write_inventory()
    calls = asyncio.Queue[str]()

    async def called(request: web.Request) -> web.Response:
        calls.put_nowait(request.method)
        return web.Response()

    switch = web.Application()
    switch.router.add_get("/ping/1234", called)
    async with harbour.api, serving(switch, f"{ADDRESS}:0") as address:
        environment = {
            **os.environ,
            "BOT_TOKEN": BOT_TOKEN,
            "BOT_API_URL": harbour.api.url,
            "TEAM_CHAT_ID": str(harbour.team.id),
            "DATABASE_URL": fresh_dsn,
            "STATE_DIR": "state",
            "DEADMAN_URL": f"http://{address}/ping/1234",
            "DEADMAN_EVERY": "200ms",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        log = (tmp_path / "bot.log").open("wb")
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
        try:
            async with asyncio.timeout(60):
                assert await calls.get() == "GET"
                bot.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.3)  # what was under way
            while not calls.empty():
                calls.get_nowait()
            await asyncio.sleep(1)
            assert calls.empty()
            bot.send_signal(signal.SIGCONT)
            async with asyncio.timeout(10):
                await calls.get()
        finally:
            bot.send_signal(signal.SIGCONT)
            bot.terminate()
            await bot.wait()
            log.close()
        assert "ping" not in (tmp_path / "bot.log").read_text()

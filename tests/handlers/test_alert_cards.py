"""Alerts from elsewhere are shown whole, short and harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.botapi.links import checked_link
from handlers.cards.alerts import alerts_card, over_card, worse_card
from handlers.i18n import LANGUAGES, Texts
from handlers.markup import MESSAGE_UNITS, plain_text, units
from ops.store.alerts import Episode
from ops.watch.alertmanager import read_notification
from tests.alertmanager.payloads import T0, alert, payload, written

NOW = T0 + timedelta(minutes=5)


def episode(body: dict[str, Any], *, resolved_at: datetime | None = None) -> Episode:
    read = read_notification(written(body))
    severity = "critical" if any(each.severity == "critical" for each in read.alerts) else "warning"
    return Episode(1, 1, severity, T0, resolved_at, T0, read, read.alerts)


def shown(body: dict[str, Any], language: str = "uk", **changes: Any) -> str:
    return plain_text(alerts_card(episode(body, **changes), Texts(language, UTC), NOW).text)


def test_it_says_what_fires_where_since_when_and_why() -> None:
    assert shown(payload("v0.27", alert(), alert(instance="web2:9100", ended=timedelta(minutes=3)))) == (
        "🔥 HighErrorRate · job=formbot\n"
        "1 тривога з 11:02 · 1 уже минула\n"
        "🔴 instance=web1:9100 · 5% of the requests to web1:9100 fail\n"
        "The last deploy is 10 minutes old.\nLook at its log first.\n"
        "▫️ instance=web2:9100 · 5% of the requests to web2:9100 fail\n"
        "Що робити · Звідки · Alertmanager"
    )


def test_when_it_is_over_it_says_for_how_long_it_was() -> None:
    body = payload("v0.27", alert(ended=timedelta(minutes=3)))
    over = episode(body, resolved_at=T0 + timedelta(minutes=3))
    card = alerts_card(over, Texts("en", UTC), NOW)
    assert plain_text(card.text).startswith("✅ HighErrorRate · job=formbot\n11:02 – 11:05, for 3 min\n▫️ ")
    assert card.rows == ()
    assert plain_text(over_card(over, Texts("en", UTC), NOW).text) == "✅ HighErrorRate: all over, it took 3 min"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_worded_in_every_language(language: str) -> None:
    t = Texts(language, UTC)
    for severity in ("info", "warning", "critical"):
        each = replace(episode(payload("grafana", alert(severity=severity))), severity=severity)
        assert alerts_card(each, t, NOW).text
        assert worse_card(each, severity, t).text
        assert over_card(each, t, NOW).text


def test_hostile_text_is_only_text() -> None:
    evil = "<b>x</b><a href='http://evil.example'>y</a>&lt;\u202e\x1b[31m"
    body = payload(
        "v0.27",
        alert(
            labels={"alertname": evil, evil: evil, "instance": evil},
            annotations={"summary": evil, "description": evil, "runbook_url": 'https://e.example/"><b>'},
            generatorURL="javascript:alert(1)",
            dashboardURL="ftp://files.example/x",
            panelURL="https://e.example/two words",
            silenceURL="https://e.example\\@evil.example/",
        ),
        groupLabels={"alertname": evil, evil: evil},
        externalURL="https://user:password@evil.example/",
    )
    card = alerts_card(episode(body), Texts("uk", UTC), NOW)
    assert "evil.example'>" not in card.text
    assert "<b>x" not in card.text
    for refused in ("javascript", "ftp:", "two words", "evil.example/"):
        assert f'href="{refused}' not in card.text
        assert refused not in card.text
    assert "password" not in card.text
    assert 'href="https://e.example/&quot;&gt;&lt;b&gt;"' in card.text
    assert "\u202e" not in card.text
    assert "\x1b" not in card.text


def test_buttons_are_only_what_telegram_opens_over_https() -> None:
    local = payload("grafana", alert(generatorURL="https://prometheus:9090/graph"), externalURL="https://127.0.0.1/")
    card = alerts_card(episode(local), Texts("en", UTC), NOW)
    buttons = {button.label: button.url for row in card.rows[1:] for button in row}
    assert buttons == {
        "What to do": "https://wiki.example.org/errors",
        "Dashboard": "https://grafana.example.org/d/abc",
        "Silence": "https://grafana.example.org/alerting/silence/new?x=1",
        "Alertmanager": "https://127.0.0.1/",
    }
    assert all(checked_link(url) for url in buttons.values())
    assert "Graph" in plain_text(card.text), "over HTTP it is still a link in the text"


def test_a_thousand_alerts_fit_into_one_message() -> None:
    many = [
        alert(instance=f"web{i}", annotations={"summary": "<" * 5000, "description": "&" * 5000}) for i in range(1000)
    ]
    card = alerts_card(episode(payload("v0.27", *many, truncatedAlerts=7)), Texts("uk", UTC), NOW)
    assert units(plain_text(card.text)) <= MESSAGE_UNITS
    assert "1\u00a0000 тривог" in card.text
    assert "… і ще 1\u00a0001" in card.text


def test_alerts_without_a_name_or_text_are_shown_all_the_same() -> None:
    bare = alert(labels={}, annotations={})
    text = shown(payload("v0.27", bare, groupLabels={}, commonLabels={}))
    assert text.startswith("🔥 Кілька тривог\n1 тривога з 11:02\n🔴 …")

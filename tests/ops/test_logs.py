"""What becomes of a log's lines here: put in order, judged by what can be seen of them, and counted while followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ops.project import Project
from ops.watch.follow import KEPT, Window
from ops.watch.learner import ignored, places_of
from ops.watch.log_query import Filter
from ops.watch.logs import HostLog, keep_lines, merged
from ops.watch.sources import sources_of

NOW = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)


def project(**changes: object) -> Project:
    given = {"name": "shop", "stack": "python-systemd", "hosts": ["web1", "web2"], "path": "/srv/shop", **changes}
    return Project.model_validate(given)


def test_lines_of_several_hosts_come_in_order_of_time_with_those_that_belong_to_them() -> None:
    east = timezone(timedelta(hours=3))
    one = HostLog("web1", ("2025-10-10T08:00:00Z a", "Traceback", "2025-10-10T08:00:05Z d"))
    two = HostLog("db", ("no time yet", "2025-10-10 11:00:01 b", "2025-10-10 11:00:04 c"), zone=east)
    assert merged([one, two], NOW, 100) == [
        "db   │ no time yet",
        "web1 │ 2025-10-10T08:00:00Z a",
        "web1 │ Traceback",
        "db   │ 2025-10-10 11:00:01 b",
        "db   │ 2025-10-10 11:00:04 c",
        "web1 │ 2025-10-10T08:00:05Z d",
    ]
    assert merged([one, two], NOW, 2) == ["db   │ 2025-10-10 11:00:04 c", "web1 │ 2025-10-10T08:00:05Z d"]


def test_lines_that_tell_no_time_are_not_put_in_any_order() -> None:
    assert merged([HostLog("web1", ("2025-10-10T08:00:00Z a",)), HostLog("web2", ("b",))], NOW, 10) is None
    assert merged([HostLog("web1", ("2025-10-10T08:00:00Z a",)), HostLog("web2")], NOW, 10) is not None


def test_a_line_with_a_mask_is_judged_by_what_can_be_seen_of_it() -> None:
    lines = ["login with •••", "login without"]

    def kept(*filters: Filter) -> list[str]:
        return list(keep_lines(lines, filters, ()))

    assert kept(Filter("LOGIN")) == lines
    assert kept(Filter("zq7")) == ["login without"]  # the server has judged that one, and was not asked for a secret
    assert kept(Filter("login.*zq7", regex=True)) == ["login without"]
    assert kept(Filter("zq7", wanted=False)) == lines
    assert list(keep_lines(lines, [Filter("zq7")], [Filter("zq7")])) == []


def test_the_logs_that_a_stack_brings_need_not_be_named() -> None:
    laravel = project(stack="laravel", services=["php8.2-fpm", "nginx"], laravel={"layout": "releases"})
    assert {name: source.file or source.unit for name, source in sources_of(laravel).items()} == {
        "laravel": "/srv/shop/shared/storage/logs/laravel.log",
        "nginx": "/var/log/nginx/error.log",
        "nginx-access": "/var/log/nginx/access.log",
        "php-fpm": "php8.2-fpm",
    }
    compose = project(stack="compose", compose={"services": ["bot", "Web.App"]}, logs={"mine": {"container": "bot"}})
    assert list(sources_of(compose)) == ["mine", "web-app"]
    units = project(services=["admin_bots", "admin_panel.service"], logs={"app": {"file": "/var/log/app.log"}})
    assert list(sources_of(units)) == ["app", "admin_bots", "admin_panel"]
    windows = {"hosts": ["win1"], "shell": "powershell", "services": ["Panel"]}
    assert list(sources_of(project(**windows))) == []


def test_logs_of_who_asked_for_what_are_not_read_for_errors_and_known_errors_are_ignored() -> None:
    laravel = project(stack="laravel", hosts=["web1"], services=["php8.2-fpm"])
    assert places_of(laravel) == [("web1", name) for name in ("laravel", "nginx", "php-fpm")]
    checks = [{"log": "app", "ignore": ["reset by peer"]}, {"log": "other"}]
    logs = {name: {"file": f"/var/log/{name}.log"} for name in ("app", "other")}
    assert ignored(project(logs=logs, checks=checks), "app") == ("reset by peer",)
    assert ignored(project(logs=logs, checks=checks), "other") == ()


def test_a_burst_is_shown_and_a_flood_is_only_counted_until_it_calms_down() -> None:
    window = Window()
    states = []
    for line, count in (("one", 500), ("two", 500), ("three", 40), ("four", 5)):  # the third is slower, but not calm
        window.take([line], count, 1.0)
        states.append((window.flooded, window.hidden, window.rate, list(window.lines)))
    assert states == [
        (False, 0, 500.0, ["one"]),
        (True, 500, 500.0, ["one"]),
        (True, 540, 40.0, ["one"]),
        (False, 0, 5.0, ["one", "four"]),
    ]
    assert window.total == 1045


def test_a_window_holds_no_more_than_can_be_shown() -> None:
    window = Window()
    window.take([str(i) for i in range(10 * KEPT)], 10 * KEPT, 60.0)
    assert list(window.lines) == [str(i) for i in range(9 * KEPT, 10 * KEPT)]


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_a_clock_that_stands_still_makes_no_speed_endless(seconds: float) -> None:
    window = Window()
    window.take(["x"], 5, seconds)
    assert window.rate == 50.0

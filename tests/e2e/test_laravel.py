"""The stack laravel against a server as people have them: nginx, php-fpm, MariaDB and a real Laravel, under systemd.

Where such a host cannot be booted these are skipped with the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.check import check as check_everything
from demo.botapi.message import Message
from handlers.i18n import Texts
from ops.runs.events import Result
from ops.runs.launcher import Ask
from tests.e2e.harbour import OLENA, Harbour
from tests.e2e.hosts.host import documented_sudoers
from tests.e2e.hosts.image import BuildFailed, HostsImpossible, check, image
from tests.e2e.hosts.lamp_host import LampHost
from tests.e2e.test_systemd import attempts
from tests.length import only_long

Opening = Callable[..., AbstractAsyncContextManager[Harbour]]

MIGRATION = """\
<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Support\\Facades\\DB;

return new class extends Migration {{
    public function up()
    {{
        DB::statement('{sql}');
    }}
}};
"""
BROKEN_ROUTES = "<?php\nRoute::get('/health', App\\Health::class)\n"
TWO_NAMES = """\
<?php
use Illuminate\\Support\\Facades\\Route;
Route::get('/health', App\\Health::class)->name('health');
Route::get('/other', App\\Health::class)->name('health');
"""
BROKEN_PAGE = "<?php\nthrow new RuntimeException('the harbour is closed');\n"
COMPOSER_1_1 = """{
    "name": "harbour/shop",
    "require": {"harbour/greeting": "1.1.0"},
    "autoload": {"psr-4": {"App\\\\": "app/"}},
    "repositories": [
        {"packagist.org": false},
        {"type": "path", "url": "/opt/packages/*", "options": {"symlink": false}}
    ]
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def booted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LampHost]:
    """A host, or a skip that says why there can be none."""
    try:
        check()
        system = await asyncio.to_thread(image, "lamp")
        host = await LampHost.boot(system, tmp_path_factory.mktemp("lamp") / "web1")
    except HostsImpossible as error:
        pytest.skip(f"no host with systemd: {error}; nothing else has a Laravel")
    except BuildFailed as error:
        if os.environ.get("LOTSMAN_CI") == "1":
            raise
        pytest.skip(f"no image of a host: {error}")
    yield host
    await host.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def host(booted: LampHost) -> LampHost:
    """The host as it was built."""
    await booted.reset()
    return booted


@pytest.fixture
def opening(host: LampHost, fresh_dsn: str, tmp_path: Path) -> Opening:
    """Opens a harbour on the host's checkout; keyword arguments change the project."""

    def open_harbour(**project: object) -> AbstractAsyncContextManager[Harbour]:
        return Harbour(host, fresh_dsn, tmp_path, **{**host.project(), **project}).open()  # type: ignore[arg-type]

    return open_harbour


async def launch(harbour: Harbour, runbook: str, **values: str) -> Result | None:
    """Have a run begin that has no command of its own; return how it ended."""
    actor = harbour.app.driver.inventory.people[OLENA]
    run = await harbour.app.driver.launcher.launch(
        Ask(f"test:{runbook}:{values}", actor, runbook, "formbot", values, harbour.team.id)
    )
    await harbour.until_row(f"SELECT result IS NOT NULL FROM runs WHERE id = {run.id}", seconds=90)  # noqa: S608
    return (await harbour.app.driver.journal.load(run.id)).result


async def log_of(harbour: Harbour) -> str:
    """What the steps of the newest run printed."""
    number = await harbour.app.driver.pool.fetchval("SELECT max(id) FROM runs")
    return "\n".join(line for _, _, lines in await harbour.app.driver.journal.log(number) for line in lines)


def shown(message: Message) -> str:
    """The text of a card, where a test wants to find something."""
    return message.text


async def test_a_deploy_of_a_checkout_brings_code_dependencies_migrations_and_caches(
    opening: Opening, host: LampHost
) -> None:
    async with opening() as harbour:
        card, result = await harbour.run("/deploy v2.1.0")
        assert card.text.startswith("✅ formbot · деплой #1 · Олена\nv2.0.0 → v2.1.0"), shown(card)
        assert "✅ Кеші" in card.text
        assert "✅ Бекап бази shop" in card.text
        assert result.text.startswith("✅ formbot: v2.0.0 → v2.1.0")
        served = await host.served()
        assert (served["version"], served["greeting"], served["orders"]) == ("v2.1.0", "greeting 1.1", 500)
        assert served["columns"] == ["id", "email", "cents", "note"]
        assert (
            await host.root("ls /srv/shop/bootstrap/cache/") == "config.php\npackages.php\nroutes-v7.php\nservices.php"
        )

        card, _ = await harbour.run("/deploy v2.2.0")
        assert "Installing dependencies from lock file" not in await log_of(harbour)
        assert (await host.served())["version"] == "v2.2.0"


async def test_a_migration_that_fails_leaves_the_version_before_serving(opening: Opening, host: LampHost) -> None:
    await host.branch(
        "bad", {"database/migrations/2025_11_01_000000_bad.php": MIGRATION.format(sql="ALTER TABLE nosuch")}
    )
    async with opening() as harbour:
        card, result = await harbour.run("/deploy bad")
        assert card.text.startswith("↩️"), shown(card)
        assert "міграція 2025_11_01_000000_bad не вдалася" in result.text
        assert "SQLSTATE" in result.text
        served = await host.served()
        assert (served["version"], served["greeting"]) == ("v2.0.0", "greeting 1.0")
        # What came before it stays: migrations only add.
        assert served["columns"] == ["id", "email", "cents", "note", "phone"]


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("routes/web.php", TWO_NAMES, "artisan route:cache"),
        ("public/index.php", BROKEN_PAGE, "відповідь 500"),
    ],
    ids=["route-cache", "page"],
)
async def test_a_version_that_does_not_start_is_taken_back_with_its_dependencies_and_without_a_network(
    opening: Opening, host: LampHost, file: str, text: str, why: str
) -> None:
    await host.branch("broken", {file: text})
    note, kept = "vendor/.lotsman-lock", ".git/lotsman-vendor/.lotsman-lock"
    async with opening() as harbour:
        running = asyncio.create_task(harbour.run("/deploy broken"))
        await host.until(f"cd /srv/shop && test -e {kept} -a -e {note} && ! cmp -s {kept} {note}")
        await host.root("mv /opt/packages /opt/away")
        try:
            card, result = await running
        finally:
            await host.root("mv /opt/away /opt/packages")
        assert card.text.startswith("↩️"), shown(card)
        assert why in result.text, await log_of(harbour)
        served = await host.served()
        assert (served["version"], served["greeting"]) == ("v2.0.0", "greeting 1.0")
        assert await host.root("cd /srv/shop && runuser -u deploy -- git status --porcelain") == ""


@only_long
async def test_a_version_that_artisan_cannot_start_is_refused_where_it_has_migrations_and_else_taken_back(
    opening: Opening, host: LampHost
) -> None:
    await host.branch("broken", {"routes/web.php": BROKEN_ROUTES})
    async with opening() as harbour:
        card, _ = await harbour.run("/deploy broken")
        assert card.text.startswith("⛔"), shown(card)
        await harbour.run("/deploy main")
        card, result = await harbour.run("/deploy broken")
        assert card.text.startswith("↩️"), shown(card)
        assert "нова версія не запускається" in result.text
        assert (await host.served())["version"] == "v2.2.0"


async def test_a_rollback_shows_what_there_is_and_brings_back_code_config_and_as_many_migrations_as_asked(
    opening: Opening, host: LampHost
) -> None:
    async with opening() as harbour:
        await harbour.run("/deploy v2.1.0")
        await host.root("sed -i s/=first/=for-2.1.0/ /srv/shop/.env")
        await harbour.run("/deploy v2.2.0")
        await host.root("sed -i s/=for-2.1.0/=for-2.2.0/ /srv/shop/.env && chown deploy:www-data /srv/shop/.env")
        error = "[2025-10-10] production.ERROR: SQLSTATE[42S22]: no such column"
        await host.root(f"echo '{error}' | runuser -u www-data -- tee -a {host.log}")
        card, _ = await harbour.run("/rollback v2.1.0")
        assert card.text.startswith("✅ formbot · відкат #3"), shown(card)
        assert "predeploy/shop_" in await log_of(harbour)
        assert "laravel points to: database" in await log_of(harbour)
        served = await host.served()
        assert (served["version"], served["feature"]) == ("v2.1.0", "for-2.1.0")
        assert served["columns"][-1] == "phone"  # the code alone
        assert await host.root("stat -c '%U:%G %a' /srv/shop/.env") == "deploy:www-data 640"

        await harbour.run("/deploy v2.2.0")
        assert await launch(harbour, "rollback", REF="v2.0.0", STEPS_BACK="2") is Result.SUCCEEDED
        served = await host.served()
        assert (served["version"], served["greeting"], served["feature"]) == ("v2.0.0", "greeting 1.0", "first")
        assert served["columns"] == ["id", "email", "cents"]
        assert await attempts(harbour, "backup-database.shop") == [("do", "ok")] * 4  # three deploys, and now


@only_long
async def test_migrations_taken_back_are_applied_again_when_the_rollback_does_not_serve(
    opening: Opening, host: LampHost
) -> None:
    await host.branch("broken", {"public/index.php": BROKEN_PAGE})
    async with opening() as harbour:
        card, _ = await harbour.run("/deploy v2.1.0")
        assert card.text.startswith("✅"), await log_of(harbour)
        assert await launch(harbour, "rollback", REF="broken", STEPS_BACK="1") is Result.ROLLED_BACK
        served = await host.served()
        assert (served["version"], served["columns"][-1]) == ("v2.1.0", "note")
        assert await launch(harbour, "rollback", REF="v2.0.0", STEPS_BACK="3") is Result.REJECTED


async def test_releases_lie_side_by_side_and_the_link_leads_to_the_live_one(opening: Opening, host: LampHost) -> None:
    await host.branch("broken", {"public/index.php": BROKEN_PAGE})
    async with opening(**host.project("releases", keep=2)) as harbour:
        card, _ = await harbour.run("/deploy v2.1.0")
        assert card.text.startswith("✅"), shown(card)
        served = await host.served("releases")
        assert (served["version"], served["greeting"], served["columns"][-1]) == ("v2.1.0", "greeting 1.1", "note")
        second = await host.root("readlink -f /srv/market/current")
        assert served["folder"] == second

        card, result = await harbour.run("/deploy broken")
        assert card.text.startswith("↩️"), shown(card)
        assert "відповідь 500" in result.text
        assert await host.root("readlink -f /srv/market/current") == second
        assert len((await host.root("ls /srv/market/releases")).split()) == 2

        card, _ = await harbour.run("/deploy v2.2.0")
        releases = (await host.root("ls /srv/market/releases")).split()
        assert len(releases) == 2
        assert await host.root("runuser -u deploy -- git -C /srv/market/repository worktree list | wc -l") == "3"
        await host.root("sed -i s/=first/=changed/ /srv/market/shared/.env")
        await host.root("mv /srv/git/shop.git /srv/git/away; mv /opt/packages /opt/away")
        try:
            card, _ = await harbour.run("/rollback v2.1.0")
        finally:
            await host.root("mv /srv/git/away /srv/git/shop.git; mv /opt/away /opt/packages")
        assert card.text.startswith("✅"), shown(card)
        assert await host.root("readlink -f /srv/market/current") == second
        assert (await host.served("releases"))["feature"] == "first"
        assert (await host.root("ls /srv/market/releases")).split() == releases


@only_long
async def test_visitors_are_told_to_come_back_while_maintenance_lasts_and_let_in_again(
    opening: Opening, host: LampHost
) -> None:
    slow = MIGRATION.format(sql="SELECT SLEEP(3)")
    wrong = MIGRATION.format(sql="ALTER TABLE nosuch")
    await host.branch("slow", {"database/migrations/2025_11_01_000000_slow.php": slow})
    await host.branch("wrong", {"database/migrations/2025_11_02_000000_wrong.php": wrong})
    async with opening(**host.project(maintenance=True, queue=True)) as harbour:
        running = asyncio.create_task(harbour.run("/deploy slow"))
        await host.until("mariadb -e 'SHOW PROCESSLIST' | grep -q SLEEP")
        assert await host.root("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8081/health") == "503"
        card, result = await running
        assert card.text.startswith("✅"), shown(card)
        assert re.search(r"⏸ .*\d+ с", result.text), result.text
        assert await host.root("grep -rl queue:restart /srv/shop/storage/framework/cache | wc -l || :") is not None
        assert (await host.served())["version"] == "v2.2.0"
        given = {"REF": "wrong", "UNDO_CONFIRMED": await host.commit("slow")}
        assert await launch(harbour, "deploy", **given) is Result.ROLLED_BACK
        assert (await host.served())["version"] == "v2.2.0"


async def test_what_would_stop_the_deploy_half_way_is_refused_before_the_first_change(
    opening: Opening, host: LampHost
) -> None:
    async with opening() as harbour:
        await host.root("chmod g-w /srv/shop/storage/framework/views && chown root /srv/shop/storage/framework/views")
        _, result = await harbour.run("/deploy v2.1.0")
        assert result.text.startswith("⛔")
        assert "storage/framework/views" in result.text
        await host.root("chmod g+w /srv/shop/storage/framework/views")
        await host.allow("deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart php8.2-fpm\n")
        _, result = await harbour.run("/deploy v2.1.0")
        assert "sudo systemctl restart nginx" in result.text
        await host.allow(documented_sudoers())
        await host.root("sed -i s/DB_PASSWORD=.*/DB_PASSWORD=wrong/ /srv/shop/.env && rm /srv/shop/bootstrap/cache/*")
        _, result = await harbour.run("/deploy v2.1.0")
        assert "база не відповідає" in result.text
        assert await host.root("ls /opt/backups") == ""
        assert await host.root("runuser -u deploy -- git -C /srv/shop describe --tags") == "v2.0.0"


@only_long
async def test_a_broken_version_can_be_led_away_from(opening: Opening, host: LampHost) -> None:
    async with opening() as harbour:
        await harbour.run("/deploy v2.1.0")
        await host.root("echo '<?php syntax error' >/srv/shop/vendor/composer/autoload_real.php")
        await host.root("systemctl restart php8.2-fpm")
        assert await host.served() == {}
        await host.branch("mended", {"composer.json": COMPOSER_1_1 + "\n"})
        card, result = await harbour.run("/rollback v2.0.0")
        assert card.text.startswith("✅"), shown(card)
        assert "artisan теперішньої версії не запускається" in result.text
        assert (await host.served())["greeting"] == "greeting 1.0"


async def test_a_backup_of_mariadb_is_whole_and_the_password_is_in_no_list_of_processes(
    opening: Opening, host: LampHost
) -> None:
    spy = "#!/bin/sh\n{ tr '\\0' '\\n' </proc/$$/cmdline; env; } >>/var/spy/seen\nexec /usr/bin/%s \"$@\"\n"
    await host.rows("CREATE DEFINER=shop@localhost PROCEDURE shop.answer() SELECT 42")
    await host.rows("CREATE TABLE shop.old (a INT) ENGINE=MyISAM")
    await host.root("install -d -m 777 /var/spy")
    for program in ("mariadb-dump", "mariadb"):
        await host.root(f"printf %s '{spy % program}' >/usr/local/bin/{program}; chmod 755 /usr/local/bin/{program}")
    try:
        async with opening() as harbour:
            _, result = await harbour.run("/backup")
            assert result.text.startswith("✅"), shown(result)
            assert "не всі таблиці InnoDB" in result.text
        seen = await host.root("cat /var/spy/seen")
        assert "--single-transaction" in seen
        assert "har" not in seen.replace("share", "").replace("charac", "")
        made = await host.root("ls /opt/backups/manual/shop_*.sql.gz")
        assert await host.root("cd /opt/backups/manual && sha256sum -c *.sha256")
        await host.root(f"mariadb -e 'CREATE DATABASE scratch' && gzip -dc {made} | mariadb scratch")
        count = "SELECT COUNT(*), SUM(cents) FROM {}.orders"
        assert await host.rows(count.format("scratch")) == await host.rows(count.format("shop"))
        routines = "SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'scratch'"
        assert await host.rows(routines) == "answer"
    finally:
        await host.root("rm -rf /usr/local/bin/mariadb* /var/spy")
        await host.rows("DROP DATABASE IF EXISTS scratch")


async def test_a_dump_that_is_cut_off_is_no_backup(opening: Opening, host: LampHost) -> None:
    cut = '#!/bin/sh\n/usr/bin/mariadb-dump "$@" | head -n 30\n'
    await host.root(f"printf %s '{cut}' >/usr/local/bin/mariadb-dump; chmod 755 /usr/local/bin/mariadb-dump")
    try:
        async with opening() as harbour:
            card, result = await harbour.run("/deploy v2.1.0")
            assert card.text.startswith("❌"), shown(card)
            assert "у ньому немає кінця" in result.text
            assert (await host.served())["version"] == "v2.0.0"
            assert await host.root("find /opt/backups -name '*.gz*'") == ""
    finally:
        await host.root("rm -f /usr/local/bin/mariadb-dump")


@only_long
async def test_a_restart_and_a_check_are_runs_too_and_the_doctor_is_content(opening: Opening, host: LampHost) -> None:
    await host.root("sed -i s/v2.0.0/v2.0.1/ /srv/shop/bootstrap/cache/config.php")
    async with opening() as harbour:
        assert (await host.served())["version"] == "v2.0.0"
        assert await launch(harbour, "restart") is Result.SUCCEEDED
        assert (await host.served())["version"] == "v2.0.1"
        assert await launch(harbour, "preflight", REF="v2.2.0") is Result.SUCCEEDED
        found = [
            finding async for finding in check_everything(harbour.settings(), Texts("uk", harbour.settings().zone))
        ]
        assert [(finding.subject, finding.detail) for finding in found if not finding.good] == []


async def test_two_hosts_get_the_version_one_after_the_other_and_the_database_is_changed_once(
    host: LampHost, tmp_path_factory: pytest.TempPathFactory, fresh_dsn: str, tmp_path: Path
) -> None:
    other = await LampHost.boot(await asyncio.to_thread(image, "lamp"), tmp_path_factory.mktemp("lamp") / "web2")
    try:
        await other.reset()
        async with Pair(host, fresh_dsn, tmp_path, siblings=(other,), **host.project("releases")).open() as harbour:  # type: ignore[arg-type]
            card, _ = await harbour.run("/deploy v2.1.0")
            assert [line for line in card.text.splitlines() if " web" in line] == [
                "✅ web1 · v2.1.0",
                "✅ web2 · v2.1.0",
            ]
        for each, columns in ((host, 4), (other, 3)):  # its own database, which nobody migrated
            served = await each.served("releases")
            assert (served["version"], len(served["columns"])) == ("v2.1.0", columns)
    finally:
        with contextlib.suppress(ProcessLookupError):
            await other.stop()


class Pair(Harbour):
    """The same project at the same place on both."""

    def _same_everywhere(self) -> dict[str, object]:
        return {}


DEFINED = """
CREATE DEFINER=shop@localhost TRIGGER noted BEFORE INSERT ON orders FOR EACH ROW
    SET NEW.email = coalesce(NEW.email, 'by the trigger');
CREATE DEFINER=shop@localhost VIEW cheap AS SELECT id FROM orders WHERE cents < 100;
CREATE DEFINER=shop@localhost PROCEDURE wipe() DELETE FROM orders;
CREATE TABLE parcels (id int PRIMARY KEY, order_id bigint unsigned, FOREIGN KEY (order_id) REFERENCES orders (id));
INSERT INTO parcels SELECT id, id FROM orders LIMIT 10;
"""
THERE = """
SELECT (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = 'shop')
    + (SELECT count(*) FROM information_schema.views WHERE table_schema = 'shop')
    + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = 'shop')
    + (SELECT count(*) FROM information_schema.referential_constraints
        WHERE constraint_schema = 'shop' AND unique_constraint_schema = 'shop')
"""


async def test_a_restore_moves_tables_with_all_that_belongs_to_them_and_its_undo_moves_them_back(
    opening: Opening, host: LampHost
) -> None:
    await host.root("mariadb -e 'GRANT ALL ON `shop\\_\\_%`.* TO shop@localhost'")
    await host.root(f"mariadb shop <<'SQL'\n{DEFINED}\nSQL")
    async with opening() as harbour:
        await harbour.run("/backup")
        path = await harbour.app.driver.pool.fetchval("SELECT path FROM backups WHERE subject = 'shop'")
        name = path.rpartition("/")[2]
        await host.rows("INSERT INTO shop.orders (email, cents) SELECT 'new@example.test', 5 FROM shop.parcels")
        (asked,) = await harbour.say(f"/restore {name}")
        assert "Зникне 10 рядків" in asked.text, shown(asked)
        card, _ = await harbour.run(f"/restore {name} shop")
        assert card.text.startswith("✅ formbot · відновлення #2"), shown(card) + await log_of(harbour)
        assert (await host.served())["orders"] == 500
        assert await host.rows(THERE) == "4"
        card, _ = await harbour.run("/restore undo")
        assert card.text.startswith("✅ formbot · відновлення #3"), shown(card) + await log_of(harbour)
        assert (await host.served())["orders"] == 510
        assert await host.rows(THERE) == "4"
        assert await host.rows("SHOW DATABASES LIKE 'shop%'") != "shop"
        await harbour.app.driver.pool.execute("UPDATE asides SET drop_after = now() - interval '1 minute'")
        await harbour.app.restoring.sweep()
        await harbour.until_row("SELECT count(*) = 0 FROM asides WHERE gone_at IS NULL")
        assert await host.rows("SHOW DATABASES LIKE 'shop%'") == "shop"

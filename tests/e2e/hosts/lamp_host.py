"""LampHost: one booted server with a Laravel site, served by nginx and php-fpm, on MariaDB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tests.e2e.hosts.host import SystemdHost, documented_sudoers

Layout = Literal["checkout", "releases"]

_RESET = r"""
rm -rf /etc/systemd/system/*.service.d /home/deploy/.local /opt/backups/* /srv/shop /srv/market
systemctl daemon-reload
systemctl reset-failed
cp -a /srv/first/shop /srv/first/market /srv/
cat /srv/first/shop.sql /srv/first/market.sql | mariadb || exit 1
for log in /var/log/nginx/*.log /var/log/php8.2-fpm.log; do : >"$log"; done
systemctl restart php8.2-fpm nginx
timeout 60 sh -c 'until curl -sf http://127.0.0.1:8081/health >/dev/null; do sleep 0.1; done'
"""


class LampHost(SystemdHost):
    """Made by ``boot``. /srv/shop is a checkout, /srv/market has a folder for each release."""

    name = "shop"
    path = Path("/srv/shop")
    port = 8081
    log = Path("/srv/shop/storage/logs/laravel.log")

    async def reset(self) -> None:
        """Bring back the first state: v2.0.0 serves in both, with its rows and settings."""
        await self.allow(documented_sudoers())
        await self.root(_RESET)

    async def served(self, layout: Layout = "checkout") -> dict[str, Any]:
        """What the site says of itself; nothing when it does not."""
        port = 8081 if layout == "checkout" else 8082
        found: dict[str, Any] = json.loads(await self.root(f"curl -sf http://127.0.0.1:{port}/health || echo '{{}}'"))
        return found

    async def rows(self, query: str) -> str:
        """Ask the database server."""
        return await self.root(f'mariadb -N -B -e "{query}"')

    def project(self, layout: Layout = "checkout", **laravel: object) -> dict[str, object]:
        """Return the keys of lotsman.yml for one of the two."""
        name, port = ("shop", 8081) if layout == "checkout" else ("market", 8082)
        shared = f"/srv/{name}" if layout == "checkout" else f"/srv/{name}/shared"
        return {
            "stack": "laravel",
            "laravel": {"layout": layout, **laravel},
            "path": f"/srv/{name}",
            "services": ["php8.2-fpm", "nginx"],
            "databases": [{"engine": "mysql", "name": name, "login_from": ".env"}],
            "migrations": "none",
            "checks": [{"http": f"http://127.0.0.1:{port}/health", "within": "5s"}, {"log": "laravel", "clean": True}],
            "logs": {
                "laravel": {"file": f"{shared}/storage/logs/laravel.log"},
                "nginx": {"file": f"/var/log/nginx/{name}.log"},
                "php": {"file": "/var/log/php8.2-fpm.log"},
            },
        }

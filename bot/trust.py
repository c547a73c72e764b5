"""``python -m bot trust HOST``: pin a server's key, after a person has seen its fingerprint."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncssh

from ops.errors import HostUnreachable
from ops.hosts.known_hosts import KnownHosts, fingerprint

if TYPE_CHECKING:
    from bot.settings import Settings
    from ops.project import HostSpec

_SECONDS = 15


class Offer:
    """The key that a server shows right now, and what is pinned for it."""

    def __init__(self, settings: Settings, name: str, spec: HostSpec, key: asyncssh.SSHKey) -> None:
        self._known_hosts = KnownHosts(settings.state_dir / "known_hosts")
        self._spec = spec
        self._key = key
        self.name = name
        self.address = f"{spec.address}:{spec.port}"
        self.fingerprint = fingerprint(key)
        self.pinned = [fingerprint(each) for each in self._known_hosts.pinned(spec.address, spec.port)]

    def accept(self) -> None:
        """Pin the key."""
        self._known_hosts.pin(self._spec.address, self._spec.port, self._key)


async def fetch_offer(settings: Settings, name: str, spec: HostSpec) -> Offer:
    """Ask a server for its key. Nothing is sent to it, and it is not logged in to. Raises HostUnreachable."""
    address = f"{spec.address}:{spec.port}"
    try:
        async with asyncio.timeout(_SECONDS):
            # ed25519 where the server has it: what is pinned stays short and strong.
            for algorithms in ("ssh-ed25519", ()):
                try:
                    key = await asyncssh.get_server_host_key(
                        spec.address, spec.port, server_host_key_algs=algorithms, config=None
                    )
                except asyncssh.KeyExchangeFailed:
                    continue
                if key is not None:
                    return Offer(settings, name, spec, key)
    except TimeoutError:
        raise HostUnreachable(name, address, "timeout") from None
    except ConnectionRefusedError:
        raise HostUnreachable(name, address, "refused") from None
    except (OSError, asyncssh.Error):
        raise HostUnreachable(name, address, "network") from None
    raise HostUnreachable(name, address, "lost")

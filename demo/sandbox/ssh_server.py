"""SshServer: an SSH server that needs nothing installed: asyncssh's, in front of real ``sh`` processes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import asyncssh

from demo.sandbox.layout import current_user
from demo.sandbox.ports import ADDRESS
from demo.sandbox.server_folder import HERE
from demo.sandbox.ssh_session import SshSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.sandbox.children import Child, Children
    from demo.sandbox.layout import Layout


class SshServer:
    """Serves sessions of one layout, without terminals and without forwarding."""

    def __init__(self, layout: Layout, children: Children) -> None:
        self._layout = layout
        self._children = children

    async def listen(self, port: int) -> asyncssh.SSHAcceptor:
        """Begin to accept connections on the loopback address. Raises OSError when the port is taken."""
        key = asyncssh.read_public_key(self._layout.ssh / "client_key.pub")
        return await asyncssh.create_server(
            lambda: _Door(current_user(), key, lambda: SshSession(self._start)),
            ADDRESS,
            port,
            server_host_keys=[str(self._layout.ssh / "host_key")],
            encoding=None,
            allow_pty=False,
            agent_forwarding=False,
            x11_forwarding=False,
            line_editor=False,
            config=[],
        )

    def _start(self, argv: list[str], channel: asyncssh.SSHServerChannel[bytes]) -> Child:
        return self._children.start(
            argv,
            env=self._layout.environment() | _connection(channel),
            cwd=self._layout.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(HERE,),
        )


class _Door(asyncssh.SSHServer):
    """Lets one user in, with one key."""

    def __init__(self, user: str, key: asyncssh.SSHKey, session: Callable[[], SshSession]) -> None:
        self._user = user
        self._key = key
        self._session = session

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == self._user and key == self._key

    def session_requested(self) -> SshSession:
        return self._session()


def _connection(channel: asyncssh.SSHServerChannel[bytes]) -> dict[str, str]:
    client, server = channel.get_extra_info("peername"), channel.get_extra_info("sockname")
    return {
        "SSH_CLIENT": f"{client[0]} {client[1]} {server[1]}",
        "SSH_CONNECTION": f"{client[0]} {client[1]} {server[0]} {server[1]}",
    }

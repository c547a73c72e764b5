"""The main job once more over OpenSSH's own sshd, the server that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.sandbox.openssh import SshdMissing
from demo.sandbox.sandbox import Sandbox
from tests.e2e.harbour import Harbour


async def test_deploy_break_and_roll_back_over_openssh(fresh_dsn: str, tmp_path: Path) -> None:
    try:
        sandbox = await Sandbox.create(tmp_path / "sandbox", server="openssh", slow_start_seconds=2)
    except SshdMissing as error:
        pytest.skip(f"no sshd: {error.install}")
    async with sandbox, Harbour(sandbox, fresh_dsn, tmp_path).open() as harbour:
        card, _ = await harbour.run("/deploy v1.2.3")
        assert card.text.startswith("✅")
        card, _ = await harbour.run("/deploy broken")
        assert card.text.startswith("↩️")
        assert await sandbox.running_commit() in sandbox.commit_of("v1.2.3")
        card, _ = await harbour.run("/rollback v1.2.2")
        assert card.text.startswith("✅")
        (logs,) = await harbour.say("/logs formbot 20 listening")
        assert logs.text.count("listening on") >= 3

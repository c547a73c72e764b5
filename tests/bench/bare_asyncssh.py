"""Baseline: the ten commands by ``conn.run`` over one open connection, and nothing else."""

from __future__ import annotations

import asyncio
import json

import asyncssh

from tests.bench.resident import given, serve


async def main() -> None:
    options = given()
    async with asyncssh.connect(
        options["address"],
        int(options["port"]),
        username=options["user"],
        client_keys=[options["key"]],
        known_hosts=options["known_hosts"],
        config=None,
        agent_path=None,
    ) as connection:
        commands: list[str] = json.loads(options["commands"])

        async def work() -> None:
            for command in commands:
                await connection.run(command, check=True)

        await serve(work)


if __name__ == "__main__":
    asyncio.run(main())

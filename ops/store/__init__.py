"""Store: the rows. The only place that knows asyncpg."""

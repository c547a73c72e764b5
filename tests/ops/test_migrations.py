"""What is told of pending migrations: only what adds may pass without a person's look."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from ops.releases.migration_rules import LARGE_BYTES, judge_sql
from ops.releases.migrations import judge_migrations, read_finding
from ops.releases.statements import split
from ops.runs.events import Outcome, StepEnded

GUARDED = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns
                   WHERE table_name='users' AND column_name='vip_status') THEN
        ALTER TABLE users ADD COLUMN vip_status BOOLEAN DEFAULT FALSE;
    END IF;
END $$;
"""

SAFE_IN_POSTGRES = [
    GUARDED,
    "ALTER TABLE t ADD COLUMN c text",
    "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0",
    "ALTER TABLE t ADD COLUMN c timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE t ALTER COLUMN c DROP NOT NULL",
    "ALTER TABLE t ALTER COLUMN c SET DEFAULT 5",
    "ALTER TABLE t DROP CONSTRAINT x",
    "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID",
    "ALTER TABLE t VALIDATE CONSTRAINT x",
    "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES o (id) NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT x PRIMARY KEY USING INDEX i",
    "ALTER TABLE t RENAME CONSTRAINT a TO b",
    "ALTER TABLE t OWNER TO app",
    "ALTER TYPE mood ADD VALUE 'calm'",
    "ALTER INDEX i RENAME TO j",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
    "DROP INDEX CONCURRENTLY i",
    "CREATE TABLE n (id int); CREATE INDEX ON n (id); ALTER TABLE n ADD c int NOT NULL; DROP TABLE n",
    "CREATE TABLE n (id int); ALTER TABLE n RENAME TO m; ALTER TABLE m DROP COLUMN id",
    "CREATE TABLE n AS SELECT 1; TRUNCATE n; DELETE FROM n",
    "ALTER TABLE t ADD c int; ALTER TABLE t DROP COLUMN c",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN DROP TABLE x; RETURN NEW; END $$ LANGUAGE plpgsql",
    "INSERT INTO t SELECT * FROM o ON CONFLICT DO NOTHING",
    "UPDATE t SET a = 1 WHERE b IS NULL",
    "DELETE FROM t WHERE a = 1",
    "BEGIN; UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a'; COMMIT",
    "COMMENT ON TABLE t IS 'DROP TABLE t'",
    "-- DROP TABLE t\nSELECT 1 /* ; DROP TABLE t; /* nested */ */",
    "SELECT 'it''s; DROP TABLE t', E'\\'; DROP TABLE t;', $q$; DROP TABLE t;$q$",
    "SET lock_timeout = '2s'; ANALYZE t; GRANT SELECT ON t TO app",
]
DANGEROUS_IN_POSTGRES = [
    ("DROP TABLE a, b", ["drop-table a", "drop-table b"]),
    ("DROP TABLE IF EXISTS public.a CASCADE", ["drop-table a"]),
    ("CREATE TABLE IF NOT EXISTS t (id int); DROP TABLE t", ["drop-table t"]),
    ("DROP VIEW v", ["drop-other v"]),
    ("ALTER TABLE IF EXISTS ONLY app.t DROP COLUMN c", ["drop-column app.t.c"]),
    ("ALTER TABLE t ADD c int, DROP d", ["drop-column t.d"]),
    ("ALTER TABLE t RENAME TO u", ["rename t"]),
    ("ALTER TABLE t RENAME COLUMN a TO b", ["rename t.a"]),
    ("ALTER TABLE t RENAME a TO b", ["rename t"]),
    ("ALTER TABLE t SET SCHEMA old", ["rename t"]),
    ("ALTER TYPE mood RENAME VALUE 'x' TO 'y'", ["rename mood"]),
    ("ALTER TABLE t ADD COLUMN c int NOT NULL", ["not-null t.c"]),
    ("ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT NULL", ["not-null t.c"]),
    ("ALTER TABLE t ALTER COLUMN c SET NOT NULL", ["not-null t.c"]),
    ("ALTER TABLE t ADD c int; ALTER TABLE t ALTER c SET NOT NULL", ["not-null t.c"]),
    ("ALTER TABLE t ADD c int DEFAULT 0; ALTER TABLE t ALTER c SET NOT NULL", ["lock-constraint t"]),
    ("ALTER TABLE t ALTER COLUMN c TYPE bigint USING c::bigint", ["type t.c"]),
    ("ALTER TABLE t ALTER c SET DATA TYPE text", ["type t.c"]),
    ("TRUNCATE t, u CASCADE", ["truncate t", "truncate u"]),
    ("DELETE FROM t", ["delete-all t"]),
    ("DELETE FROM t WHERE 1 = 1", ["delete-all t"]),
    ("DELETE FROM t WHERE (true)", ["delete-all t"]),
    ("WITH x AS (DELETE FROM t RETURNING *) INSERT INTO o SELECT * FROM x", ["delete-all t"]),
    ("UPDATE t SET a = 1", ["lock-update t"]),
    ("CREATE INDEX i ON t (lower(a)) WHERE a > 'x'", ["lock-index t"]),
    ("ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)", ["lock-constraint t"]),
    ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o", ["lock-constraint t"]),
    ("ALTER TABLE t ADD UNIQUE (a)", ["lock-index t"]),
    ("ALTER TABLE t ADD COLUMN c int REFERENCES o (id)", ["lock-constraint t"]),
    ("ALTER TABLE t ADD COLUMN c bigserial", ["lock-rewrite t"]),
    ("ALTER TABLE t ADD c uuid NOT NULL DEFAULT gen_random_uuid()", ["lock-rewrite t"]),
    ("VACUUM FULL t", ["lock-other t"]),
    ("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", ["lock-other t"]),
    ("CLUSTER t USING i", ["lock-other t"]),
    ("REINDEX TABLE t", ["lock-other t"]),
    ("REFRESH MATERIALIZED VIEW m", ["lock-other m"]),
    ("DO $x$ DECLARE n int; m text := 'a'; BEGIN IF true THEN DROP TABLE t; END IF; END $x$", ["drop-table t"]),
    ("DO $$ BEGIN FOR r IN SELECT 1 LOOP DELETE FROM t; END LOOP; END $$ LANGUAGE plpgsql", ["delete-all t"]),
    ("DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$", ["drop-table t"]),
    ("DO $$ BEGIN EXECUTE format('DROP TABLE %I', x); END $$", ["unclear "]),
    ("DO LANGUAGE plpython3u $$ x() $$", ["unclear "]),
    ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", ["unclear "]),
    ("EXPLAIN ANALYZE DELETE FROM t", ["unclear "]),
    ("CALL clean_up()", ["unclear "]),
    ("\\connect other", ["unclear "]),
    ("INSERT INTO t VALUES ('never closed; DROP TABLE t", ["unclear "]),
    ("ALTER TABLE t ADD c int;;\n; DROP TABLE t", ["drop-table t"]),
]
SAFE_IN_MYSQL = [
    "alter table `users` add `age` int unsigned not null default '0' after `id`",
    "alter table `users` add `name` varchar(255) null",
    "alter table `users` add `extra` json not null default (json_array())",
    "alter table `users` add index `users_a_index`(`a`)",
    "alter table `users` add unique `users_email_unique`(`email`)",
    "ALTER TABLE users DROP INDEX i, DROP FOREIGN KEY f",
    "create table `n` (`id` bigint) collate utf8mb4_bin; alter table `n` add foreign key (`a`) references `o`",
    "create table `n` (`id` bigint unsigned not null auto_increment primary key) collate 'utf8mb4_unicode_ci'",
    "CREATE INDEX i ON users (a)",
    "insert into `users` (`a`) values ('x; drop table users')",
    "insert into `users` (`a`) values ('it\\'s; drop table users')",
    "# drop table users;\nset foreign_key_checks=0",
]
DANGEROUS_IN_MYSQL = [
    ("alter table `users` add `age` int not null", ["not-null users.age"]),
    ("alter table `users` drop `a`, drop column `b`", ["drop-column users.a", "drop-column users.b"]),
    ("drop table if exists `users`", ["drop-table users"]),
    ("rename table `users` to `people`", ["rename users"]),
    ("alter table `users` rename column `a` to `b`", ["rename users.a"]),
    ("ALTER TABLE users CHANGE a b int NOT NULL", ["rename users.a"]),
    ("ALTER TABLE users CHANGE COLUMN a a bigint", ["type users.a"]),
    ("alter table `users` modify `a` varchar(20) not null", ["type users.a"]),
    ("truncate table `users`", ["truncate users"]),
    ("delete from `users`", ["delete-all users"]),
    ("ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)", ["lock-constraint users"]),
    ("ALTER TABLE users ADD FULLTEXT INDEX i (a)", ["lock-index users"]),
    ("ALTER TABLE users ADD PRIMARY KEY (a)", ["lock-rewrite users"]),
    ("ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4", ["lock-rewrite users"]),
    ("ALTER TABLE users ENGINE=InnoDB", ["lock-rewrite users"]),
    ("OPTIMIZE TABLE users", ["lock-other users"]),
    ("LOCK TABLES users WRITE", ["lock-other users"]),
    ("/*!40000 drop table users */", ["drop-table users"]),
    ("call clean_up()", ["unclear "]),
]


def told(sql: str, dialect: str, sizes: dict[str, int] | None = None) -> list[str]:
    return [f"{found.code} {found.subject}" for found in judge_sql(sql, dialect, sizes)]


@pytest.mark.parametrize("sql", SAFE_IN_POSTGRES)
def test_what_only_adds_passes_in_postgres(sql: str) -> None:
    assert told(sql, "postgres") == []


@pytest.mark.parametrize(("sql", "expected"), DANGEROUS_IN_POSTGRES)
def test_what_breaks_or_locks_is_found_in_postgres(sql: str, expected: list[str]) -> None:
    assert told(sql, "postgres") == expected


@pytest.mark.parametrize("sql", SAFE_IN_MYSQL)
def test_what_only_adds_passes_in_mysql(sql: str) -> None:
    assert told(sql, "mysql") == []


@pytest.mark.parametrize(("sql", "expected"), DANGEROUS_IN_MYSQL)
def test_what_breaks_or_locks_is_found_in_mysql(sql: str, expected: list[str]) -> None:
    assert told(sql, "mysql") == expected


def test_a_lock_counts_on_a_large_table_alone() -> None:
    sizes = {"public.large": LARGE_BYTES, "public.small": 8192}
    assert told("CREATE INDEX ON small (a); CREATE INDEX ON rare (a)", "postgres", sizes) == []
    (found,) = judge_sql('CREATE INDEX ON public."large" (a)', "postgres", sizes)
    assert (found.code, found.subject, found.size) == ("lock-index", "large", LARGE_BYTES)


def test_a_table_that_is_there_is_not_new_because_its_creation_is_repeated() -> None:
    again = "CREATE TABLE IF NOT EXISTS t (id int); ALTER TABLE t DROP COLUMN c"
    assert told(again, "postgres", {"public.t": 1}) == ["drop-column t.c"]
    assert told(again, "postgres", {"public.other": 1}) == []


def test_every_finding_names_the_migration_and_the_statement_it_is_in() -> None:
    sql = "-- migration: 0005_a\nSELECT 1;\n-- migration: 0006_b\n-- why\nDROP TABLE t;\nSELECT '\n-- migration: x\n'"
    (found,) = judge_sql(sql, "postgres", None)
    assert (found.migration, found.statement) == ("0006_b", "DROP TABLE t")
    assert [each.migration for each in split(sql, "postgres")] == ["0005_a", "0006_b", "0006_b"]


def ended(sql: str, *, bytes_told: int | None = None, **facts: str) -> StepEnded:
    raw = sql.encode()
    encoded = base64.b64encode(raw).decode()
    pieces = tuple(encoded[i : i + 76] for i in range(0, len(encoded), 76))
    known = {
        "migrations_sha256": hashlib.sha256(raw).hexdigest(),
        "migrations_bytes": str(len(raw) if bytes_told is None else bytes_told),
        "migrations_dialect": "postgres",
    }
    items = {"migrations": ("0005_a",), "migrations_sql": pieces, "tables": ("5 public.t",)}
    return StepEnded("1-1s1", Outcome.OK, datetime(2025, 10, 10, tzinfo=UTC), facts={**known, **facts}, items=items)


def mask(text: str) -> str:
    return text.replace("hunter2", "•••")


def test_dangerous_migrations_turn_a_good_step_into_a_refusal_that_keeps_what_was_found_and_no_sql() -> None:
    step = judge_migrations(ended("DROP TABLE t; SELECT 'hunter2'"), "", mask)
    assert (step.outcome, step.code) == (Outcome.REFUSED, "migrations-dangerous")
    assert [read_finding(text).code for text in step.items["findings"]] == ["drop-table"]
    assert set(step.items) == {"migrations", "findings"}


def test_secrets_in_a_statement_are_masked() -> None:
    step = judge_migrations(ended("DELETE FROM t; DROP TABLE hunter2"), "", mask)
    assert "hunter2" not in read_finding(step.items["findings"][1]).statement


def test_only_exactly_the_sql_that_was_allowed_is_let_through() -> None:
    allowed = ended("DROP TABLE t")
    digest = allowed.facts["migrations_sha256"]
    step = judge_migrations(allowed, digest, mask)
    assert step.outcome is Outcome.OK
    assert len(step.items["findings"]) == 1
    assert judge_migrations(ended("DROP TABLE t "), digest, mask).outcome is Outcome.REFUSED


def test_harmless_migrations_change_nothing_about_the_step() -> None:
    step = judge_migrations(ended("ALTER TABLE t ADD c int"), "", mask)
    assert (step.outcome, dict(step.items)) == (Outcome.OK, {"migrations": ("0005_a",)})
    nothing = StepEnded("1-1s1", Outcome.OK, step.at)
    assert judge_migrations(nothing, "", mask) == nothing


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (ended("SELECT 1", migrations_sha256="0" * 64), "garbled"),
        (ended("", bytes_told=300_000), "too-long"),
        (ended("", migrations_unseen="yes"), "unseen"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_to_a_person(step: StepEnded, code: str) -> None:
    judged = judge_migrations(step, "", mask)
    assert judged.outcome is Outcome.REFUSED
    assert [read_finding(text).code for text in judged.items["findings"]] == [code]


def test_what_reads_sql_is_not_loaded_before_there_is_sql_to_read() -> None:
    question = "import sys, bot.app; print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", question], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"

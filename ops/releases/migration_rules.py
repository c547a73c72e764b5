"""Migration rules: what a statement would do to a version that knows nothing of it. Pure; imported when there is SQL.

Read with sqlglot; where that gives up, by the statement's first words; what neither knows is said to be unclear.
Sources: PostgreSQL, ALTER TABLE (which forms rewrite or scan the table, and their locks); MySQL, InnoDB online DDL.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from ops.releases.migrations import Finding
from ops.releases.plpgsql import inner_statements
from ops.releases.statements import split

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGE_BYTES = 32 * 1024 * 1024
"""From this size on a table is not rewritten, scanned or indexed in a moment."""

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of each statement that it takes as mere words

_HARMLESS = (exp.Set, exp.Transaction, exp.Commit, exp.Rollback, exp.Comment, exp.Grant, exp.Analyze, exp.Use)
_HARMLESS_KINDS = {"VIEW", "SCHEMA", "SEQUENCE", "TYPE", "TRIGGER", "FUNCTION", "PROCEDURE"}
_DROPPED_IN_PEACE = {"INDEX", "CONSTRAINT", "FOREIGN KEY", "TRIGGER", "CHECK"}
_SERIAL = {exp.DType.SERIAL, exp.DType.SMALLSERIAL, exp.DType.BIGSERIAL}
_FILLED = (
    exp.GeneratedAsIdentityColumnConstraint,
    exp.AutoIncrementColumnConstraint,
    exp.ComputedColumnConstraint,
    exp.GeneratedAsRowColumnConstraint,
)
_VOLATILE = (exp.Uuid, exp.Rand, exp.Anonymous, exp.NextValueFor)

_NAME = r"(?:IF EXISTS )?(?:ONLY )?(?P<name>[\w.\"`]+)"
_WORDS: tuple[tuple[str, str], ...] = (
    # What it is, by its words; the first that fits counts. An empty code: harmless.
    (rf"ALTER (?:TABLE|VIEW|SEQUENCE|FUNCTION|TYPE|SCHEMA) {_NAME}(?: \(.*\))? OWNER TO \S+", ""),
    (rf"ALTER TABLE {_NAME} (?:VALIDATE CONSTRAINT \S+|RENAME CONSTRAINT \S+ TO \S+)", ""),
    (rf"ALTER TABLE {_NAME} ADD CONSTRAINT \S+ (?:PRIMARY KEY|UNIQUE) USING INDEX \S+", ""),
    (r"ALTER TYPE \S+ ADD VALUE .*", ""),
    (r"ALTER (?:SEQUENCE|DEFAULT PRIVILEGES)(?! .*RENAME).*", ""),
    (r"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|TRIGGER|EXTENSION|DOMAIN|STATISTICS|AGGREGATE) .*", ""),
    (r"(?:COMMENT ON|GRANT|SET|RESET|SHOW|UNLOCK TABLES|ANALYZE|REPLACE INTO|SAVEPOINT|RELEASE)\b.*", ""),
    (r"VACUUM(?! \(?FULL)(?! \([^)]*FULL).*|REINDEX .*CONCURRENTLY .*|REFRESH MATERIALIZED VIEW CONCURRENTLY .*", ""),
    (r"RENAME TABLE (?P<name>\S+) .*", "rename"),
    (rf"ALTER \w+ {_NAME} (?:RENAME|SET SCHEMA)\b.*", "rename"),
    (r"DROP (?:MATERIALIZED )?\w+ (?:IF EXISTS )?(?P<name>[^ (;]+).*", "drop-other"),
    (r"CREATE (?:FULLTEXT|SPATIAL) INDEX \S+ ON (?P<name>[^ (]+).*", "lock-index"),
    (rf"ALTER TABLE {_NAME} ADD (?:CONSTRAINT \S+ )?CHECK .*", "lock-constraint"),
    (rf"ALTER TABLE {_NAME} CONVERT TO .*", "lock-rewrite"),
    (r"VACUUM (?:FULL |\([^)]*\) )?(?P<name>\S+).*|CLUSTER (?P<cluster>\S+).*", "lock-other"),
    (
        r"(?:LOCK|OPTIMIZE|REINDEX|REFRESH MATERIALIZED) (?:TABLES?|VIEW|INDEX)? ?(?:ONLY )?(?P<name>\S+).*",
        "lock-other",
    ),
)
_READ_BY_WORDS = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), code) for pattern, code in _WORDS)


def judge_sql(sql: str, dialect: str, sizes: Mapping[str, int] | None) -> list[Finding]:
    """Return what is dangerous in migrations, in their order.

    dialect: postgres or mysql. sizes: bytes of the largest tables there are; None where nobody could list them, and
    every table counts as large then.
    """
    judge = _Judge(dialect, sizes)
    for statement in split(sql, dialect):
        judge.migration = statement.migration
        block = inner_statements(statement.text) if dialect == "postgres" else None
        for text in [statement.text] if block is None else block:
            judge.take(text)
    return judge.findings


class _Judge:
    """Goes through statements in their order; what the same migrations have made themselves is theirs to change."""

    def __init__(self, dialect: str, sizes: Mapping[str, int] | None) -> None:
        self.findings: list[Finding] = []
        self.migration = ""
        self._dialect = dialect
        self._sizes = None if sizes is None else {_key_of(name): size for name, size in sizes.items()}
        self._text = ""
        self._tables: set[str] = set()
        self._columns: dict[tuple[str, str], bool] = {}
        """New columns of tables that were there before, and whether they fill themselves in."""

    def take(self, text: str) -> None:
        """Judge one statement."""
        self._text = text
        try:
            node = sqlglot.parse_one(text, dialect=self._dialect)
        except (sqlglot.errors.SqlglotError, RecursionError):
            node = exp.Command()
        match node:
            case exp.Create():
                self._create(node)
            case exp.Drop():
                self._drop(node)
            case exp.Alter():
                self._alter(node)
            case exp.TruncateTable():
                for table in node.expressions:
                    self._find("truncate", table)
            case exp.Query() | exp.Insert() | exp.Update() | exp.Delete() | exp.Merge():
                self._rows(node)
            case _ if isinstance(node, _HARMLESS):
                pass
            case _:
                self._by_words(text)

    def _find(self, code: str, table: exp.Expr, column: str = "") -> None:
        """Note a finding about a table that was there before."""
        key = _key(table)
        if key not in self._tables:
            self._note(code, f"{key}.{column}" if column else key)

    def _lock(self, code: str, table: exp.Expr | str) -> None:
        """Note that a table is locked, if that takes long."""
        key = table if isinstance(table, str) else _key(table)
        size = 0 if self._sizes is None else self._sizes.get(key, -1)
        if key not in self._tables and (self._sizes is None or size >= LARGE_BYTES):
            self._note(code, key, size)

    def _note(self, code: str, subject: str = "", size: int = 0) -> None:
        self.findings.append(Finding(code, self.migration, subject, self._text, size))

    def _create(self, node: exp.Create) -> None:
        kind = str(node.args["kind"]).upper()
        if kind == "TABLE":
            table = node.find(exp.Table)
            key = _key(table) if table else ""
            was_there = node.args.get("exists") and (self._sizes is None or key in self._sizes)
            if node.args.get("replace"):
                self._note("drop-table", key)
            elif not was_there:
                self._tables.add(key)
        elif kind == "INDEX":
            if self._dialect == "postgres" and not node.args.get("concurrently"):
                self._lock("lock-index", node.this.args["table"])
        elif kind not in _HARMLESS_KINDS:
            self._by_words(self._text)

    def _drop(self, node: exp.Drop) -> None:
        kind = str(node.args["kind"]).upper()
        for table in node.args.get("tables") or [node.this]:
            if kind == "TABLE":
                self._find("drop-table", table)
            elif kind not in _DROPPED_IN_PEACE:
                self._note("drop-other", table.sql(self._dialect))

    def _rows(self, node: exp.Expr) -> None:
        for delete in node.find_all(exp.Delete):
            if _takes_all(delete):
                self._find("delete-all", delete.this)
        for update in node.find_all(exp.Update):
            if _takes_all(update) and isinstance(update.this, exp.Table):
                self._lock("lock-update", update.this)

    def _alter(self, node: exp.Alter) -> None:
        actions, kind = node.args.get("actions") or [], str(node.args["kind"]).upper()
        if kind == "INDEX":
            return  # nobody's code names an index
        if _key(node.this) in self._tables:
            self._tables |= {_key(action.this) for action in actions if isinstance(action, exp.AlterRename)}
            return
        rebuilt = [option for option in node.args.get("options") or [] if isinstance(option, exp.EngineProperty)]
        if rebuilt:
            self._lock("lock-rewrite", node.this)
        if kind != "TABLE" or not (actions or rebuilt):
            self._by_words(self._text)
        for action in actions if kind == "TABLE" else []:
            self._alter_table(node, action)

    def _alter_table(self, node: exp.Alter, action: exp.Expr) -> None:  # noqa: C901, PLR0912  one for each kind of change
        table = node.this
        match action:
            case exp.ColumnDef():
                self._add_column(table, action)
            case exp.Schema():
                for column in action.expressions:
                    self._add_column(table, column)
            case exp.Drop():
                self._drop_part(table, action)
            case exp.RenameColumn():
                self._change_column("rename", table, action.this.name)
            case exp.AlterRename():
                self._find("rename", table)
            case exp.AlterColumn():
                self._alter_column(table, action)
            case exp.ModifyColumn():
                before = action.args.get("rename_from") or action.this.this
                renamed = before.name.lower() != action.this.name.lower()
                self._change_column("rename" if renamed else "type", table, before.name)
            case exp.AddConstraint():
                if not node.args.get("not_valid"):
                    for constraint in action.expressions:
                        self._add_constraint(table, constraint)
            case exp.DropPrimaryKey():
                self._lock("lock-rewrite", table)
            case exp.AlterSet() if set(_given(action)) <= {"expressions"}:
                pass  # storage parameters
            case exp.AlterSet():
                self._lock("lock-rewrite", table)
            case _:
                self._note("unclear")

    def _drop_part(self, table: exp.Expr, action: exp.Drop) -> None:
        kind = str(action.args["kind"]).upper()
        for part in action.args.get("tables") or [action.this]:
            if kind == "COLUMN":
                self._change_column("drop-column", table, part.name)
            elif kind not in _DROPPED_IN_PEACE:
                self._find("drop-other", table, part.name)

    def _change_column(self, code: str, table: exp.Expr, column: str) -> None:
        if (_key(table), column.lower()) not in self._columns:
            self._find(code, table, column)

    def _alter_column(self, table: exp.Expr, action: exp.AlterColumn) -> None:
        column = action.this.name
        if action.args.get("dtype"):
            self._change_column("type", table, column)
        if action.args.get("allow_null") is False:
            if self._columns.get((_key(table), column.lower())):
                self._lock("lock-constraint", table)
            else:
                self._find("not-null", table, column)

    def _add_column(self, table: exp.Expr, column: exp.Expr) -> None:
        kinds = [constraint.kind for constraint in column.args.get("constraints") or []]
        type_ = column.args.get("kind")
        serial = type_ is not None and type_.this in _SERIAL
        default = next((kind.this for kind in kinds if isinstance(kind, exp.DefaultColumnConstraint)), None)
        filled = serial or any(isinstance(kind, _FILLED) for kind in kinds)
        filled = filled or (default is not None and not isinstance(default, exp.Null))
        self._columns[_key(table), column.name.lower()] = filled
        if any(map(_forbids_null, kinds)) and not filled:
            self._find("not-null", table, column.name)
        if self._dialect == "postgres":
            self._lock_for_column(table, kinds, default, serial=serial)

    def _lock_for_column(
        self, table: exp.Expr, kinds: list[exp.Expr], default: exp.Expr | None, *, serial: bool
    ) -> None:
        if serial or any(isinstance(kind, _FILLED) for kind in kinds) or (default and default.find(*_VOLATILE)):
            self._lock("lock-rewrite", table)
        if any(isinstance(kind, exp.UniqueColumnConstraint | exp.PrimaryKeyColumnConstraint) for kind in kinds):
            self._lock("lock-index", table)
        elif any(isinstance(kind, exp.CheckColumnConstraint | exp.Reference) for kind in kinds):
            self._lock("lock-constraint", table)

    def _add_constraint(self, table: exp.Expr, constraint: exp.Expr) -> None:
        part = constraint.expressions[0] if isinstance(constraint, exp.Constraint) else constraint
        if isinstance(part, exp.IndexColumnConstraint):
            if part.args.get("kind") in {"FULLTEXT", "SPATIAL"}:
                self._lock("lock-index", table)
        elif isinstance(part, exp.UniqueColumnConstraint):
            if self._dialect == "postgres":  # MySQL's goes on serving writes
                self._lock("lock-index", table)
        else:
            self._lock("lock-rewrite" if isinstance(part, exp.PrimaryKey) else "lock-constraint", table)

    def _by_words(self, text: str) -> None:
        line = " ".join(text.split())
        for pattern, code in _READ_BY_WORDS:
            if found := pattern.fullmatch(line):
                self._by_code(code, next((name for name in found.groupdict().values() if name), ""))
                return
        self._note("unclear")

    def _by_code(self, code: str, name: str) -> None:
        key = _key_of(name)
        if code.startswith("lock-"):
            self._lock(code, key)
        elif code and key not in self._tables:
            self._note(code, key)


def _key(table: exp.Expr) -> str:
    """Return what a table is known by: its name, and its schema where that is not the usual one."""
    return _key_of(".".join(part for part in (table.text("db"), table.name) if part))


def _key_of(name: str) -> str:
    return name.replace('"', "").replace("`", "").lower().removeprefix("public.")


def _given(node: exp.Expr) -> list[str]:
    return [name for name, value in node.args.items() if value]


def _forbids_null(kind: exp.Expr) -> bool:
    if isinstance(kind, exp.NotNullColumnConstraint):
        return not kind.args.get("allow_null")
    return isinstance(kind, exp.PrimaryKeyColumnConstraint)


def _takes_all(node: exp.Expr) -> bool:
    """Whether a DELETE or UPDATE has no condition, or one that is always true."""
    where = node.args.get("where")
    if where is None:
        return node.args.get("limit") is None
    condition = where.this.unnest()
    if isinstance(condition, exp.EQ) and isinstance(condition.this, exp.Literal):
        return bool(condition.this == condition.expression)
    return isinstance(condition, exp.Boolean) and bool(condition.this)

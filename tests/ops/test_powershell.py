"""The scripts for PowerShell, held to what can be told without one: brackets and quotes, names and words."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pygments.lexers.shell import PowerShellLexer
from pygments.token import Error

from ops.hosts.dialect import dialect_of
from ops.inventory import load_inventory
from ops.runs.planner import make_plan
from ops.runs.runbook import SHIPPED, load_runbook
from tests.ops.test_runbooks import AT
from tests.windows.machine import PLAYS, shipped

REMOTE = Path(__file__).parents[2] / "ops" / "hosts" / "remote"
SCRIPTS = sorted([*SHIPPED.rglob("*.ps1"), *REMOTE.glob("*.ps1")])
PAIRS = {")": "(", "]": "[", "}": "{"}
# Of Windows itself: what every process there has.
OF_WINDOWS = {"SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "USERNAME", "COMPUTERNAME", "LOTSMAN_ACK", "LOTSMAN_MARK"}
# What Windows PowerShell 5.1 and its modules bring, of what we use.
CMDLETS = {
    "add-type", "copy-item", "expand-archive", "foreach-object", "get-childitem", "get-ciminstance", "get-command",
    "get-content", "get-filehash", "get-item", "get-itemproperty", "get-process", "get-service", "get-winevent",
    "invoke-webrequest", "join-path", "move-item", "new-object", "new-scheduledtaskaction",
    "new-scheduledtaskprincipal", "new-scheduledtasksettingsset", "register-scheduledtask", "remove-item",
    "resolve-path", "select-object", "set-location", "set-strictmode", "sort-object", "split-path", "start-process",
    "start-scheduledtask", "start-service", "start-sleep", "stop-service", "test-path", "unregister-scheduledtask",
    "where-object",
}  # fmt: skip


def bare(text: str) -> str:
    """The text without comments and without what stands in quotes; quotes and brackets have to close."""
    out, stack, i = [], [], 0
    while i < len(text):
        char = text[i]
        if char == "`":
            i += 2
            continue
        if char == "#" and (i == 0 or text[i - 1] in " \t\n;{"):
            i = text.index("\n", i)
            continue
        if char == "'":
            i = text.index("'", i + 1) + 1
            out.append("''")
            continue
        if char == '"':
            i = _end_of_string(text, i + 1, out)
            continue
        if char in "([{":
            stack.append(char)
        elif char in ")]}":
            assert stack, f"{char} closes nothing: {text[max(0, i - 60) : i + 1]!r}"
            assert stack.pop() == PAIRS[char], text[max(0, i - 60) : i + 1]
        out.append(char)
        i += 1
    assert not stack, f"{stack} is not closed"
    return "".join(out)


def _end_of_string(text: str, i: int, out: list[str]) -> int:
    """Pass over a string in double quotes; $(...) inside is code again."""
    while text[i] != '"':
        if text[i] == "`":
            i += 1
        elif text.startswith("$(", i):
            depth, start = 1, i + 2
            i += 2
            while depth:
                depth += {"(": 1, ")": -1}.get(text[i], 0)
                i += 1
            out.append(f" ({bare(text[start : i - 1] + chr(10))}) ")
            continue
        i += 1
    return i + 1


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_is_ascii_with_closed_brackets_and_quotes_and_known_words(path: Path) -> None:
    raw = path.read_bytes()
    raw.decode("ascii")  # whatever code page Windows PowerShell takes a file for, it reads the same
    assert b"\r" not in raw
    assert b"\t" not in raw
    text = raw.decode()
    bare(text)
    assert Error not in {kind for kind, _ in PowerShellLexer().get_tokens(text)}
    assert max(map(len, text.splitlines())) <= 160


def mistakes(text: str) -> list[str]:
    """What a grammar of PowerShell cannot make anything of, with its line."""
    sitter, grammar = (pytest.importorskip(name) for name in ("tree_sitter", "tree_sitter_pwsh"))
    tree = sitter.Parser(sitter.Language(grammar.language())).parse(text.encode())
    found, nodes = [], [tree.root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.type == "ERROR" or node.is_missing:
            found.append(f"{node.start_point[0] + 1}: {(node.text or b'').decode()[:60]!r}")
    return found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_is_powershell_by_its_grammar(path: Path) -> None:
    assert mistakes(path.read_text()) == []


@pytest.mark.parametrize(
    "broken",
    ["if ($x) { 'a'", "foo)", "$x = ", "function F( { }", "foreach ($a on $b) { }", "if $x { }", "'a", "$a = @(1, "],
)
def test_the_grammar_finds_what_is_broken(broken: str) -> None:
    assert mistakes(f"{broken}\n")


def assembled() -> Iterator[tuple[str, str]]:
    prelude = (REMOTE / "prelude.ps1").read_text()
    for name, text in shipped().items():
        if re.search(r"(?m)^\s*(?!function|#|\s)\S", re.sub(r"(?ms)^function .*?^\}|^function .*\}$", "", text)):
            yield name, prelude + text
    yield "runner", (REMOTE / "bootstrap.ps1").read_text() + (REMOTE / "runner.ps1").read_text()


# Pieces that only stand inside of others use what those bring.
WHOLE = [
    (name, text)
    for name, text in assembled()
    if not re.match(r"look-(tree|services|states|commit|changes|env|backups)|table-sizes", name)
]


@pytest.mark.parametrize(("name", "text"), WHOLE, ids=[name for name, _ in WHOLE])
def test_every_function_that_a_script_calls_is_there(name: str, text: str) -> None:
    defined = {found.lower() for found in re.findall(r"(?im)^\s*function ([\w-]+)", text)}
    called = {found.lower() for found in re.findall(r"(?<![\w$.'\\/:-])([A-Za-z]+-[A-Za-z]+)\b(?! *=)", bare(text))}
    verbs = {"say", "get", "set", "new", "test", "read", "write", "move", "start", "stop", "wait", "invoke", "send",
             "put", "remove", "give", "install", "convertto", "copy", "add", "expand", "foreach", "where", "select",
             "sort", "join", "split", "resolve", "register", "unregister"}  # fmt: skip
    unknown = {each for each in called if each.partition("-")[0] in verbs} - defined - CMDLETS
    assert not unknown, (name, unknown)
    for word in ("Fact", "Item", "Warn", "Skip", "Refuse", "Fail"):
        if re.search(rf"(?m)(?:^|[;{{]) *{word} ", bare(text)):
            assert word.lower() in defined


@pytest.mark.parametrize(("name", "text"), WHOLE, ids=[name for name, _ in WHOLE])
def test_no_text_is_ever_read_as_powershell(name: str, text: str) -> None:
    words = bare(text).lower()
    for forbidden in ("invoke-expression", "iex ", "[scriptblock]::create", " -command ", "add-type -typedefinition"):
        assert forbidden not in words, (name, forbidden)
    # With Stop, Windows PowerShell takes a program's complaint for an error of its own where it is redirected.
    for line in text.removeprefix((REMOTE / "prelude.ps1").read_text()).splitlines():
        assert "2>&1" not in line or "cmd" in text, line
        assert "2>$null" not in line, line


def test_every_variable_that_a_function_reads_has_been_given_or_set() -> None:
    for name, text in WHOLE:
        code = re.sub(r"(?m)^ *#.*$", "", text)
        set_here = {v.lower() for v in re.findall(r"(?i)\$(?:global:)?(\w+)(?:, \$\w+)* *(?:=|\+=)", code)}
        set_here |= {v.lower() for v in re.findall(r"\$(\w+)(?=[^=\n]*,[^=\n]*\$\w+ *=)|, \$(\w+)", code) for v in v}
        set_here |= {v.lower() for v in re.findall(r"(?i)foreach \(\$(\w+)", code)}
        set_here |= {v.lower() for v in re.findall(r"(?i)(?:\]|\(|, )\s*\$(\w+)(?=[,)])", code)}
        read = {v.lower() for v in re.findall(r"\$([A-Za-z_]\w*)\b(?!:)", code)}
        own = {"_", "null", "true", "false", "pid", "pshome", "pscommandpath", "psversiontable", "matches",
               "lastexitcode", "erroractionpreference", "progresspreference", "outputencoding", "env",
               "global"}  # fmt: skip
        assert read - set_here - own == set(), (name, read - set_here - own)


def test_values_are_what_scripts_read_on_windows(tmp_path: Path) -> None:
    text = (
        "hosts: {w: {address: 192.0.2.1, user: d, shell: powershell}}\n"
        "projects:\n  panel:\n    stack: windows-service\n    hosts: [w]\n    path: 'C:\\srv\\panel'\n"
        "    services: [Panel]\n    config: [.env]\n    migrations: alembic\n"
        "    databases: [{engine: postgres, name: panel, url_from: '.env:URL'}]\n"
        "    logs: {app: {file: 'C:\\app.log'}}\n"
        "    checks: [{http: 'http://x/'}, {heartbeat: 'C:\\beat'}, {version: 'http://x/'}, {log: app, clean: true}]\n"
    )
    (tmp_path / "lotsman.yml").write_text(text)
    project = load_inventory(tmp_path / "lotsman.yml").projects["panel"]
    learnt = {
        "ACTOR",
        "ACTOR_GIT",
        "UNDO_CONFIRMED",
        "LIVE_COMMIT",
        "COMMIT",
        "PREVIOUS_COMMIT",
        "STARTED_AT",
        "CONFIG_SAVED",
        "AGAIN",
        "LOCAL_FIRST",
    }
    for path in sorted((SHIPPED / "windows-service").glob("*.yml")):
        runbook = load_runbook(path)
        plan = make_plan(runbook, project, {"REF": "main"} if "REF" in runbook.values else {}, AT)
        assert plan.values["VENV"] == r"C:\srv\panel\venv"
        for step in plan.steps:
            for script in step.scripts:
                read = {name.upper() for name in re.findall(r"\$\{?env:(\w+)", script.text)}
                set_here = {name.upper() for name in re.findall(r"\$env:(\w+) =", script.text)}
                assert read - set_here <= {*plan.values, *step.values, *learnt, *OF_WINDOWS}, (path.stem, step.key)


def test_every_step_is_played_in_the_tests_of_windows() -> None:
    called = {
        name.removesuffix(".ps1")
        for path in (SHIPPED / "windows-service").glob("*.yml")
        for name in re.findall(r"[a-z-]+\.ps1", path.read_text())
    }
    assert called <= PLAYS.keys()


def test_both_families_of_scripts_say_the_same_codes() -> None:
    """A step that exists for both shells may say nothing on Windows that people have no text for."""
    sh = "".join(path.read_text() for path in SHIPPED.rglob("*.sh"))
    known = set(re.findall(r"(?:refuse|fail|skip|warn) ([a-z][a-z-]+)", sh)) | {"service-missing", "service-denied"}
    said = {
        code
        for path in SHIPPED.rglob("*.ps1")
        for code in re.findall(r"(?:Refuse|Fail|Skip|Warn) '([a-z-]+)'", path.read_text())
    }
    assert said <= known


def test_what_begins_a_session_fits_into_a_command_line_of_cmd() -> None:
    command = dialect_of("powershell").command("0123456789abcdef")
    assert len(command) < 8191
    word = command.rpartition(" ")[2]
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", word)
    assert base64.b64decode(word).decode("utf-16-le") == (REMOTE / "bootstrap.ps1").read_text()


def test_the_tokenizer_finds_what_is_broken() -> None:
    for broken in ("if ($x) { Say-Line 'a'\n", "Say-Line 'a\n", 'Say-Line "a $(1 \n', "foo)\n"):
        with pytest.raises((AssertionError, ValueError, IndexError)):
            bare(broken)

"""Ten thousand hostile commands and presses of an administrator: nothing of them is ever run, and nothing breaks.

Every input holds a marker of its own. Whatever program the server runs is recorded: a marker may stand there only
as the whole data argument that a script hands to grep or git, exactly as it was typed.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.botapi.callbacks import Press
from demo.botapi.formatted import FormattedText
from demo.botapi.message import Message
from demo.sandbox.sandbox import Sandbox
from handlers.budget import Pace
from handlers.menu import COMMANDS
from tests.e2e.harbour import Harbour
from tests.e2e.recorder import Recorder
from tests.length import LONG

COUNT = 10_000 if LONG else 2_000
BATCH = 125
PLACED = COUNT * 3 // 4
"""Of known hostile words in the places of commands, the most that are sent."""
MADE_ON_SERVER = 160
"""Of the made ones, those that are shaped to get as far as the server."""
MARKER = re.compile("zq[0-9]{5}q")
GREPS = {"-aiF", "-aivF", "-aiE", "-aivE"}
"""How a text that is looked for, or is not wanted, is handed to grep."""
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]*([~^][0-9]*)*", re.ASCII)
PROJECTS = ("formbot", "shop", "gate")
BRISK = Pace(per_minute=10**6, gap=0.0, edit_gap=0.2, reserve=0)
PLACES = (
    *(f"/{command} {{}}" for command in (*COMMANDS, "start") if command != "status"),
    *(f"/{command} {{}} {{}}" for command in ("deploy", "rollback", "logs", "backup")),
    "/deploy formbot {}",
    "/deploy formbot {} {}",
    "/rollback shop {}",
    "/rollback {} main",
    "/logs {} app 5",
    "/plan {}",
    "/plan {} {}",
    "/plan formbot {}",
    "/unlock formbot {}",
    "/unlock {} {}",
    "/deploy@lotsman_bot gate {}",
    "/deploy@{} formbot main",
    "/{} formbot main",
    "{}",
)
PRESSES = (
    "{}",
    "ref:deploy:formbot:{}:0",
    "ref:rollback:{}:main:0",
    "ref:{}:formbot:main:0",
    "proj:backup:{}:",
    "proj:deploy:shop:{}",
    "log:formbot:{}",
    "lang:{}",
    "run:{}:1",
    "run:cancel:{}",
    "run:stop-back:{}",
    "run:resume:{}",
    "ans:{}:1-0s1:done",
    "ans:1:{}:retry",
    "ans:1:1-0s1:{}",
    "line:{}:formbot:main",
    "line:deploy:{}:main",
    "line:rollback:shop:{}",
    "late:{}",
    "menu:{}",
)
ON_SERVER = ("/logs formbot app 20 {}", "/logs shop {}", "/logs gate journal 5 x {}")
WELL_FORMED = ("/deploy {} {}", "/rollback {} {}/x", "/rollback {} {}~1", "/deploy {} {}.x+y_z")
PIECES = st.one_of(
    st.sampled_from(
        [*";&|<>$`'\"\\!*?[]{}()~#%^=@:/.,+-_", "..", "@{", "//", "$(", "${", "--", "-", "rm", "main", "HEAD", "refs/"]
    ),
    st.sampled_from([*"\u202e\u200f\u200b\u2066\ufeff\u0301\x1b\x07\x7f\x9b", "\x00", "а", "е", "Ⅳ", "٣", "🚢", "<b>"]),
    st.text(st.characters(blacklist_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1, max_size=6),
)
WORDS = st.one_of(
    st.lists(PIECES, min_size=1, max_size=6).map("".join),
    st.builds(str.__mul__, st.sampled_from(["x", "-", "🚢", "<b>", "../", "$("]), st.integers(50, 1200)),
)


@dataclass(frozen=True)
class Input:
    """What is sent: typed text, or the data of a pressed button."""

    text: str
    press: bool = False
    private: bool = False

    @property
    def words(self) -> list[str]:
        return self.text.replace("\0", "\ufffd").split()

    @property
    def ignored(self) -> bool:
        """Whether the bot has no reason to answer: no command, one for another bot, or none that it knows."""
        first = self.words[0]
        name, at, addressee = first.partition("@")
        if not first.startswith("/") or (addressee and addressee.lower() != "lotsman_bot"):
            return True
        return name[1:] not in {*COMMANDS, "start"} and not at and not self.private

    @property
    def frees(self) -> bool:
        """Whether it may free a project from its run: then the end of that run, which the team is told, answers it."""
        first, *rest = self.words
        return first.partition("@")[0] == "/unlock" and len(rest) > 1 and rest[0] in PROJECTS

    @property
    def reloads(self) -> bool:
        """Whether it has the configuration read again: the team is told what came of it, in a message of its own."""
        return self.words[0].partition("@")[0] == "/reload"


def corpus(section: str) -> list[str]:
    """Return the lines of a section of the corpus file, unescaped."""
    text = (Path(__file__).parent / "fuzz_corpus.txt").read_text()
    lines = text.partition(f"[{section}]\n")[2].partition("\n\n[")[0].splitlines()
    wanted = [line for line in lines if line and not line.startswith("# ")]
    return [re.sub(r"\\u\{([0-9A-F]+)\}", lambda found: chr(int(found[1], 16)), line) for line in wanted]


def made_words(count: int) -> list[str]:
    """Return words that Hypothesis makes, the same ones every time."""
    found: list[str] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(WORDS)
    def gather(word: str) -> None:
        found.append(word)

    gather()
    return found


def inputs(canary: Path) -> list[Input]:
    """Return everything that is sent, in the order it is sent."""
    dice = random.Random(142)  # noqa: S311  the same commands every time
    hostile = corpus("words")
    templates = [(text, False) for text in corpus("messages")] + [(text, True) for text in corpus("presses")]
    placed = [(place.replace("{}", word), False) for place in (*PLACES, *ON_SERVER[:2]) for word in hostile]
    placed += [(place.replace("{}", word), True) for place in PRESSES for word in hostile]
    # Every command that is added makes more of these than a test has time for.
    templates += dice.sample(placed, min(len(placed), PLACED))
    for project in PROJECTS * 12:
        templates += [(place.replace("{}", project, 1).replace("{}", "MARK"), False) for place in WELL_FORMED]
    made = made_words(COUNT - len(templates))
    for i in range(COUNT - len(templates)):
        word = made[i % len(made)]
        at = dice.randint(0, len(word))
        press = i > MADE_ON_SERVER and dice.random() < 0.3
        place = dice.choice(ON_SERVER if i <= MADE_ON_SERVER else PRESSES if press else PLACES)
        templates.append((place.replace("{}", f"{word[:at]}MARK{word[at:]}"), press))
    dice.shuffle(templates)
    return [_input(i, text, press=press, canary=canary) for i, (text, press) in enumerate(templates)]


def _input(number: int, text: str, *, press: bool, canary: Path) -> Input:
    text = text.replace("CANARY", str(canary)).replace("MARK", f"zq{number:05}q")
    if press:
        return Input(text.encode()[:64].decode(errors="ignore") or ":", press=True)
    return Input(text[:4000].strip() or "/", private=number % 3 == 0)


class FuzzedHarbour(Harbour):
    """With several projects, so that each command has to name one, and as quick as it goes."""

    def __init__(self, sandbox: Sandbox, dsn: str, folder: Path) -> None:
        super().__init__(sandbox, dsn, folder)
        # So many at once may have to wait on a slow machine; how long is another test's business.
        self.world.callbacks.window = timedelta(minutes=10)

    def write_inventory(self, **changes: object) -> None:
        super().write_inventory(**changes)
        path = self.folder / "lotsman.yml"
        inventory = json.loads(path.read_text())
        inventory["projects"] = dict.fromkeys(PROJECTS, inventory["projects"]["formbot"])
        path.write_text(json.dumps(inventory))

    async def start_bot(self) -> None:
        await super().start_bot()
        self.app.postman._paces = (BRISK, BRISK)

    def send(self, given: Input, offer: Message) -> Press | None:
        """Send one input; return the press, if it is one."""
        if given.press:
            return self.world.press(offer, given.text, by=self.olena, replay=True)
        chat = self.world.private(self.olena) if given.private else self.team
        # As it is: what Telegram itself would have cleaned away is sent too.
        message = Message(chat.next_id(), chat, self.olena, self.world.date(), FormattedText(given.text))
        self.world.tell("message", self.world.json(message), chat, message.date)
        return None

    async def settle(self) -> None:
        """Wait until everything is handled, every run is over and every letter is delivered."""
        await self.world.until(lambda: not self.world.updates.pending, timeout=120)
        for waiting in (
            "inbox WHERE handled_at IS NULL",
            "runs WHERE result IS NULL",
            "outbox WHERE sent_at IS NULL AND dropped IS NULL",
        ):
            await self.until_row(f"SELECT count(*) = 0 FROM {waiting}", 120)  # noqa: S608  our own names


@dataclass
class Canary:
    """A folder on the server in which nothing may change."""

    file: Path

    def unharmed(self) -> bool:
        return self.file.read_text() == "alive\n" and list(self.file.parent.iterdir()) == [self.file]


@pytest.fixture
def canary(sandbox: Sandbox) -> Canary:
    folder = sandbox.layout.home / "canary"
    folder.mkdir()
    (folder / "bird").write_text("alive\n")
    return Canary(folder / "bird")


@pytest.fixture
def recorder(sandbox: Sandbox) -> Iterator[Recorder]:
    recorder = Recorder(sandbox.layout)
    recorder.install()
    yield recorder
    recorder.remove()


@pytest_asyncio.fixture(loop_scope="session")
async def fuzzed(sandbox: Sandbox, fresh_dsn: str, tmp_path: Path) -> AsyncIterator[FuzzedHarbour]:
    async with FuzzedHarbour(sandbox, fresh_dsn, tmp_path).open() as harbour:
        yield harbour


async def test_of_thousands_of_hostile_commands_none_is_run_and_none_goes_unanswered(
    fuzzed: FuzzedHarbour,
    recorder: Recorder,
    canary: Canary,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.monotonic()
    caplog.set_level(logging.WARNING)
    everything = inputs(canary.file)
    assert len(everything) == COUNT
    (offer,) = await fuzzed.say("/lang")
    sent: dict[int, Input] = {}
    presses: list[Press] = []
    with structlog.testing.capture_logs() as entries:
        for start in range(0, COUNT, BATCH):
            for given_input in everything[start : start + BATCH]:
                if press := fuzzed.send(given_input, offer):
                    presses.append(press)
                sent[fuzzed.world.updates.sent[-1].id] = given_input
            await fuzzed.settle()
    assert len(sent) == COUNT

    argvs = recorder.argvs()
    injections = [argv for argv in argvs if not all(_is_data(argv, word, everything) for word in argv)]
    assert injections == []
    assert canary.unharmed()
    assert _named_by_us(fuzzed.sandbox.layout.folder) == []

    assert [entry for entry in entries if entry["log_level"] in {"error", "critical"} or "exc_info" in entry] == []
    assert caplog.records == []
    assert fuzzed.world.failures == []
    refused = [call for call in fuzzed.world.calls if call.method.startswith("send") and call.error_code]
    assert refused == [], "no answer has a form that Telegram refuses"
    answered = await _answered(fuzzed)
    typed = {update: text for update, text in sent.items() if not text.press}
    assert [text for update, text in typed.items() if text.ignored and update in answered] == []
    unanswered = [text for update, text in typed.items() if not text.ignored and update not in answered]
    freeing = [text for text in unanswered if text.frees]
    assert [text for text in unanswered if not text.frees and not text.reloads] == []
    assert [press.data for press in presses if press.spinning] == []

    pool = fuzzed.app.driver.pool
    reloading = sum(text.reloads for text in unanswered)
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'config'") >= reloading
    ended = await pool.fetch("SELECT runbook, ref, result FROM runs")
    changed = [tuple(row) for row in ended if row["result"] not in {"rejected", "unknown"}]
    assert changed == [], "no such ref is known, so nothing changes"
    runs = Counter(row["result"] for row in ended)
    unlocked = await pool.fetch("SELECT DISTINCT run_id FROM events WHERE body->>'kind' = 'unlocked'")
    assert len(unlocked) == runs["unknown"] <= len(freeing), "only who was asked to has let go of a run"
    reached = {marker for argv in argvs for marker in MARKER.findall(" ".join(argv))}
    reached |= {marker for row in await pool.fetch("SELECT ref FROM runs") for marker in MARKER.findall(row["ref"])}
    assert len(reached) > (300 if LONG else 150)
    ignored = sum(text.ignored for text in everything if not text.press)
    with capsys.disabled():
        print(  # noqa: T201  the counts are what this is for
            f"\n{COUNT} sent ({len(presses)} presses) in {time.monotonic() - began:.0f} s: {len(answered)} answered,"
            f" {ignored} rightly ignored, {runs.total()} runs ({len(unlocked)} let go),"
            f" {len(reached)} reached the server in {len(argvs)} programs, {len(injections)} injections"
        )


def _is_data(argv: list[str], word: str, everything: list[Input]) -> bool:
    """Whether an argument is none of ours, or exactly the data that was typed, where a script puts it."""
    found = MARKER.search(word)
    if found is None:
        return True
    words = everything[int(found[0][2:7])].words
    if argv[0] == "grep" and argv[1] in GREPS and argv[2] == "-e" and len(argv) == 4:
        return _unquoted(argv[3]) in _unquoted(" ".join(words))
    if argv[:4] == ["git", "rev-parse", "--verify", "--quiet"] and len(argv) == 5:
        refs = [ref for text in words for ref in (text, *text.split(":")) if REF.fullmatch(ref)]
        places = ("refs/remotes/origin/", "refs/tags/", "")
        return argv[4] in [f"{place}{ref}^{{commit}}" for ref in refs for place in places]
    return False


def _unquoted(text: str) -> str:
    """Return a text without the quotes that hold words of a filter together."""
    return text.translate(dict.fromkeys(map(ord, "\"'`«»„“”‚‘’\\ ")))


def _named_by_us(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if MARKER.search(path.name)]


async def _answered(harbour: Harbour) -> set[int]:
    """Return the updates that led to a message or to a run."""
    rows: list[Any] = await harbour.app.driver.pool.fetch("SELECT key FROM outbox WHERE sent_at IS NOT NULL")
    rows += await harbour.app.driver.pool.fetch("SELECT request AS key FROM runs")
    return {int(row["key"].split(":")[1]) for row in rows if row["key"].startswith(("reply:", "update:"))}

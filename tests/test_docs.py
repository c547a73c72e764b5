"""Whatever people can type, set or run stands in the docs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.settings import Settings
from handlers.menu import COMMANDS
from ops.inventory import _File
from ops.project import BackupsSpec, HostSpec, PersonSpec, ProjectSpec
from ops.runs.runbook import SHIPPED, StepSpec

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))}
KEYS = {*ProjectSpec.model_fields, *BackupsSpec.model_fields}
NAMES = {*get_args(ProjectSpec.model_fields["stack"].annotation)}


def _by_guide(table: str) -> dict[str, list[tuple[str, str]]]:
    """Return the rows of the table, by guide: (instruction, what does it)."""
    found: dict[str, list[tuple[str, str]]] = {}
    guide = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and not line.startswith(("| guide", "|---")):
            guide = cells[0] or guide
            found.setdefault(guide, []).append((cells[1], cells[2]))
    return found


VARIABLES = [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_is_explained_and_has_an_example(name: str) -> None:
    assert f"| `{name}` |" in DOCS["configuration.md"]
    example = (ROOT / ".env.example").read_text()
    assert re.search(rf"(?m)^# .+\n(?:# .+\n)*{name}=", example), "a line that says why, then the variable"


def test_the_example_settings_name_nothing_else() -> None:
    found = re.findall(r"(?m)^([A-Z_]+)=", (ROOT / ".env.example").read_text())
    assert found == VARIABLES


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in {"lang", "help"}])
def test_every_command_is_in_the_readme_of_both_languages(command: str) -> None:
    assert f"`/{command}" in DOCS["README.md"]
    assert f"`/{command}" in DOCS["README.uk.md"]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*.yml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_runbook_is_described(path: Path) -> None:
    section = DOCS["runbooks.md"].partition(f"## {path.parent.name}\n")[2].partition("\n## ")[0]
    assert f"| {path.stem} |" in section


@pytest.mark.parametrize("model", [HostSpec, PersonSpec, ProjectSpec])
def test_every_key_of_the_inventory_is_explained(model: type[HostSpec]) -> None:
    for key in model.model_fields:
        assert f"`{key}`" in DOCS["configuration.md"], key


GUIDES = _by_guide(DOCS["runbooks.md"].partition("## The guides, line by line\n")[2])


@pytest.mark.parametrize(
    "guide", ["System update", "Project update", "Laravel rollback", "Field Service", "Bot platform"]
)
def test_every_instruction_of_the_guides_is_done_by_something_that_exists(guide: str) -> None:
    texts = "".join(path.read_text() for path in (ROOT / "locales" / "en").glob("*.ftl"))
    steps = set(re.findall(r"(?m)^step-([a-z-]+) =", texts))
    assert len(GUIDES[guide]) >= 9
    for instruction, done_by in GUIDES[guide]:
        assert instruction
        named = re.findall(r"`([^`]+)`", done_by)
        assert named, instruction
        for name in named:
            if name.startswith("/"):
                assert name.split()[0][1:] in COMMANDS, f"{instruction}: {name}"
            elif name.partition(":")[1]:
                assert name.partition(":")[0] in KEYS, f"{instruction}: {name}"
            elif re.fullmatch("[a-z-]+", name):
                assert name in steps | NAMES, f"{instruction}: {name}"


def test_every_key_of_a_step_is_explained() -> None:
    for key in StepSpec.model_fields:
        assert f"`{key}`" in DOCS["runbooks.md"], key


def test_the_example_inventory_is_valid_and_shows_every_key_of_a_project() -> None:
    text = (ROOT / "lotsman.example.yml").read_text()
    _File.model_validate(yaml.safe_load(text))
    for key in ProjectSpec.model_fields:
        assert re.search(rf"(?m)^    {key}:", text), key


def test_links_between_documents_lead_somewhere() -> None:
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_a_newcomer_finds_every_place_that_the_map_names() -> None:
    for place in re.findall(r"`((?:bot|handlers|ops|demo|locales|tests)/[\w./-]*)`", DOCS["architecture.md"]):
        if "<" not in place and "*" not in place:
            assert (ROOT / place).exists(), place


def test_nothing_is_said_about_any_machine_or_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            text = (ROOT / name).read_bytes()
            for forbidden in (b"/work/" + b"main", b"pypi" + b".org", b"/root/" + b".pyenv"):
                assert forbidden not in text, name

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import BadRef
from ops.ref import Ref, nearest, read_ref


@pytest.mark.parametrize(
    "text", ["main", "v1.2.3", "feature/login", "main~1", "release-2", "a" * 40, "main^", "x_y+z", "1.0~2^1"]
)
def test_a_branch_tag_or_commit_is_accepted(text: str) -> None:
    assert Ref(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("a" * 201, "long"),
        ("--upload-pack=id", "characters"),
        ("-x", "start"),
        ("main;id", "characters"),
        ("$(id)", "characters"),
        ("a b", "characters"),
        ("a\nb", "characters"),
        ("main\n", "characters"),
        ("a\0", "characters"),
        ("maіn", "characters"),  # a Cyrillic letter
        ("ｍain", "characters"),
        ("main@{1}", "characters"),
        ("a..b", "sequence"),
        ("a/../b", "sequence"),
        ("../etc", "start"),
        ("/etc/passwd", "start"),
        ("a//b", "sequence"),
        ("a/-b", "sequence"),
        ("a/", "end"),
        ("a.lock", "end"),
        ("main~x", "characters"),
        ("~1", "start"),
        ("HEAD", "head"),
        ("HEAD~1", "head"),
    ],
)
def test_anything_else_is_refused_and_says_why(text: str, why: str) -> None:
    with pytest.raises(BadRef) as caught:
        Ref(text)
    assert caught.value.why == why


def test_a_way_back_may_count_commits_from_what_is_live() -> None:
    assert read_ref("rollback", "HEAD~2") == "HEAD~2"
    assert read_ref("rollback-self", "v1.2.3") == "v1.2.3"
    for runbook, text in (("deploy", "HEAD~2"), ("rollback", "HEAD"), ("rollback", "HEAD~0"), ("rollback", "HEAD^1")):
        with pytest.raises(BadRef):
            read_ref(runbook, text)


@given(st.text(max_size=40))
def test_whatever_passes_could_be_an_argument_to_git(text: str) -> None:
    try:
        ref = Ref(text)
    except BadRef:
        return
    assert ref.isascii()
    assert not ref.startswith(("-", "/", "."))
    assert ".." not in ref
    assert "@{" not in ref
    assert not set(ref) & set(" \t\n;&|<>$`\"'\\*?[](){}!#%:")


def test_near_names_are_the_similar_ones_best_first() -> None:
    names = ["main", "maintenance", "develop", "v1.2.2", "v1.2.3", "v1.3.0"]
    assert nearest("mian", names)[0] == "main"
    assert nearest("V1.2.3", names)[0] == "v1.2.3"
    assert len(nearest("v1.2", names)) == 3
    assert nearest("zzzzzz", names) == ()

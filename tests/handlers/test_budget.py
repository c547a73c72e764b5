from hypothesis import given
from hypothesis import strategies as st

from handlers.budget import GROUP, PRIVATE, Budget


def test_the_first_goes_at_once_and_the_next_a_second_later() -> None:
    budget = Budget(GROUP)
    assert budget.wait(100.0, edit=False) == 0
    budget.spend(100.0, edit=False)
    assert budget.wait(100.25, edit=False) == 0.75


def test_live_edits_are_spaced_wider_and_leave_room_for_results() -> None:
    budget = Budget(GROUP)
    now = 0.0
    edits = 0
    while now < 59:
        pause = budget.wait(now, edit=True)
        now += pause
        if now >= 59:
            break
        budget.spend(now, edit=True)
        edits += 1
    assert edits == GROUP.per_minute - GROUP.reserve
    assert budget.wait(59.0, edit=False) < 1.1


def test_quiet_is_kept_for_as_long_as_telegram_asks() -> None:
    budget = Budget(PRIVATE)
    budget.block(10.0, 30.0)
    assert budget.wait(11.0, edit=False) == 29.0
    budget.block(12.0, 1.0)
    assert budget.wait(13.0, edit=True) == 27.0


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=120))
def test_no_minute_ever_holds_more_than_telegram_allows(wishes: list[tuple[float, bool]]) -> None:
    budget, now, sent = Budget(GROUP), 0.0, []
    for pause, edit in wishes:
        now += pause
        now += budget.wait(now, edit=edit)
        assert budget.wait(now, edit=edit) < 1e-6
        budget.spend(now, edit=edit)
        sent.append(now)
        assert sum(1 for at in sent if at > now - 60) <= 20
        assert len(sent) < 2 or sent[-1] - sent[-2] >= 1 - 1e-6

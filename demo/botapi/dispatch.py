"""One call, from its name to its answer. Synchronous: nothing else happens in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.budget import EVERYTHING
from demo.botapi.calls import Call, Failure
from demo.botapi.errors import Refusal
from demo.botapi.faults import FaultKind
from demo.botapi.methods import CHARGED, HANDLERS
from demo.botapi.schema import METHODS, NAMES, problems

if TYPE_CHECKING:
    from demo.botapi.faults import Fault
    from demo.botapi.params import Params
    from demo.botapi.state import State

_BROKEN = {FaultKind.BAD_GATEWAY: (502, "Bad Gateway"), FaultKind.INTERNAL_ERROR: (500, "Internal Server Error")}


def method_named(state: State, name: str) -> str:
    """The method's proper name. Raises Refusal for unknown ones; a real one that is missing here is also recorded."""
    method = NAMES.get(name.lower())
    if method is None or method not in METHODS:
        if method:
            fail(state, method, f"{method} is a real method, but this stand-in does not implement it")
        raise Refusal(404, "Not Found: method not found")
    return method


def fail(state: State, method: str, problem: str) -> None:
    """Record a mistake."""
    state.failures.append(Failure(state.now(), method, problem))


def check(state: State, method: str, params: Params) -> None:
    """Record what Telegram would have ignored."""
    for problem in problems(method, params.decoded()):
        fail(state, method, problem)


def pick_fault(state: State, method: str, params: Params) -> Fault | None:
    """What goes wrong with this call, if anything."""
    return state.faults.pick(method, params.integer("chat_id") or None)


def perform(state: State, method: str, params: Params, fault: Fault | None = None) -> dict[str, Any]:
    """Carry a call out, unless the fault swallows it. Returns the answer's JSON object."""
    try:
        state.budget.heed(method, method)
        _spoil(state, method, params, fault)
        result = HANDLERS[method](state, params)
    except Refusal as refusal:
        record(state, method, params, refusal=refusal)
        return refusal.body()
    record(state, method, params, result=result)
    return {"ok": True, "result": result}


def _spoil(state: State, method: str, params: Params, fault: Fault | None) -> None:
    """Raise the refusal a fault stands for."""
    if fault and fault.kind is FaultKind.FLOOD:
        chat_id = params.integer("chat_id")
        charged = method in CHARGED and chat_id
        if charged:
            state.budget.heed(method, chat_id)
            state.budget.heed(method, EVERYTHING)
        state.budget.refuse(chat_id if charged else method, fault.retry_after)
    if fault and fault.kind in _BROKEN:
        raise Refusal(*_BROKEN[fault.kind])


def record(state: State, method: str, params: Params, *, result: Any = None, refusal: Refusal | None = None) -> None:
    """Add a call and its outcome to the list."""
    code, description = (refusal.code, refusal.description) if refusal else (None, None)
    state.calls.append(Call(state.now(), method, params.decoded(), code, description, result))
    state.changes.notify()


def swallow(state: State, method: str, params: Params, fault: Fault) -> None:
    """Note a call that never took effect."""
    state.calls.append(Call(state.now(), method, params.decoded(), None, fault.kind.value, applied=False))
    state.changes.notify()

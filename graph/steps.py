"""Which step follows which: the edges of the graph, by which a thread that somebody sent elsewhere is noticed too."""

from collections.abc import Callable
from typing import Literal

from disputes.case import Decision
from graph.state import State


def routed(state: State) -> Literal["stage", "announce", "accept", "smart_disputes", "record_outcome"]:
    """Follow the router."""
    match state.route.action if state.route else "review":
        case "submit":
            return "stage"
        case "accept":
            return "accept"
        case "smart_disputes":
            return "smart_disputes"
        case "record":
            return "record_outcome"
        case _:
            return "announce"


AfterReview = Literal["stage", "accept", "smart_disputes", "record_outcome", "load", "announce", "review"]


def decided(state: State) -> AfterReview:
    """Follow the verdict; an answer that was not stored, or cannot be carried out, is asked for again."""
    if state.verdict is None:
        return "announce" if state.decided is not None else "review"
    return _AFTER_VERDICT[state.verdict.decision]


def staged(state: State) -> Literal["submit", "announce"]:
    """Go on to submit unless staging found that a person must look."""
    return "announce" if _is_held(state) else "submit"


def done(state: State) -> Literal["record_outcome", "announce"]:
    """Book what was done unless it could not be done."""
    return "announce" if _is_held(state) else "record_outcome"


def following(state: State) -> tuple[str, ...]:
    """Return the steps that may come after the one that left this state; none after the last.

    After `load` the clock decides between two, and both lead to the router.
    """
    return _FOLLOWING[state.step](state) if state.step in _FOLLOWING else ()


def _is_held(state: State) -> bool:
    """Return whether a step could not go on: it then clears the verdict and sends the route back to review."""
    return state.verdict is None and state.route is not None and state.route.action == "review"


_AFTER_VERDICT: dict[Decision, AfterReview] = {
    "approve": "stage",
    "edit": "stage",
    "reject": "record_outcome",
    "accept_loss": "accept",
    "smart_disputes": "smart_disputes",
    "redraft": "load",
}
_FOLLOWING: dict[str, Callable[[State], tuple[str, ...]]] = {
    "load": lambda _: ("set_method", "router"),
    "set_method": lambda _: ("evidence",),
    "evidence": lambda _: ("classifier",),
    "classifier": lambda _: ("rebuttal",),
    "rebuttal": lambda _: ("router",),
    "router": lambda state: (routed(state),),
    "stage": lambda state: (staged(state),),
    "submit": lambda state: (done(state),),
    "accept": lambda state: (done(state),),
    "smart_disputes": lambda state: (done(state),),
    "announce": lambda _: ("review",),
    "review": lambda state: (decided(state),),
}

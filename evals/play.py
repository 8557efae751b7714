"""Plays cases through the steps of the graph, up to the route."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from disputes import dispute as disputes
from disputes import lifecycle
from disputes.case import Case, Route
from disputes.errors import Invalid
from evals.case import NOW, EvalCase
from evals.harness import Harness
from graph.nodes import Nodes
from graph.state import State


@dataclass(frozen=True)
class PlayedCase:
    """What became of one case, and how many seconds it took."""

    case: EvalCase
    end: Case
    seconds: float

    @property
    def route(self) -> Route:
        """The way that was chosen."""
        return self.end.route or Route(action="review")


async def play(cases: Sequence[EvalCase], stand: Harness) -> AsyncIterator[PlayedCase]:
    """Play one case after another, so that each one's time is its own."""
    for case in cases:
        begun = time.perf_counter()
        end = await _end(case, Nodes(stand.deps(case)))
        yield PlayedCase(case, end, time.perf_counter() - begun)


async def _end(case: EvalCase, nodes: Nodes) -> Case:
    dispute = disputes.parse(case.dispute)
    state = State(dispute_id=dispute.id, dispute=dispute)
    # As the graph does: what is over goes straight to the router.
    if lifecycle.handling(dispute, NOW).way != "nothing":
        for step in (nodes.evidence, nodes.classifier, nodes.rebuttal):
            state = _after(state, await step(state))
    ended = _after(state, await nodes.router(state)).case()
    if ended.route is None:
        raise Invalid(f"The router chose no way for {case.id}.")
    return ended


def _after(state: State, changes: dict[str, JsonValue]) -> State:
    """Put a step's changes into the state as the graph does, where usage adds up; the history is not looked at."""
    after = State.model_validate({**state.model_dump(mode="json"), **changes, "history": []})
    return after if "usage" not in changes else after.model_copy(update={"usage": [*state.usage, *after.usage]})

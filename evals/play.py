"""Playing evaluation cases through the nodes of the graph, up to the route."""

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
from graph.permission.guard import StepContext
from graph.state import State

_AS_WORKER = StepContext(fence=0, by_worker=True)


@dataclass(frozen=True)
class PlayedEvalCase:
    """One evaluation case with the `Case` that the graph made of it, and the seconds this took."""

    case: EvalCase
    result: Case
    seconds: float

    @property
    def route(self) -> Route:
        """The route that was chosen; a case without one counts as a review."""
        return self.result.route or Route(action="review")


async def play(cases: Sequence[EvalCase], harness: Harness) -> AsyncIterator[PlayedEvalCase]:
    """Yield each case once it is played, one after another so that each is timed by itself."""
    for case in cases:
        started = time.perf_counter()
        result = await _play(case, Nodes(harness.deps(case)))
        yield PlayedEvalCase(case, result, time.perf_counter() - started)


async def _play(case: EvalCase, nodes: Nodes) -> Case:
    dispute = disputes.parse(case.dispute)
    state = State(dispute_id=dispute.id, dispute=dispute)
    # As in the graph: a dispute that is over goes straight to the router.
    if lifecycle.handling(dispute, NOW).way != "nothing":
        for node in (nodes.evidence, nodes.classifier, nodes.rebuttal):
            state = _merge(state, await node(state, _AS_WORKER))
    result = _merge(state, await nodes.router(state, _AS_WORKER)).case()
    if result.route is None:
        raise Invalid(f"The router chose no way for {case.id}.")
    return result


def _merge(state: State, changes: dict[str, JsonValue]) -> State:
    """Return the state with the changes of a node, merged as in the graph. The history is left out."""
    return State.model_validate({**state.model_dump(mode="json"), **changes, "history": []})

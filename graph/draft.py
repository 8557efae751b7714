"""A case worked out without a run."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from disputes import lifecycle
from disputes.case import Case
from disputes.errors import Invalid
from graph.nodes import Nodes
from graph.state import Changes, State
from graph.wiring.deps import Deps


async def draft(deps: Deps, dispute_id: str, *, account: str | None = None) -> Case:
    """Work a case out up to its packet as a run would, and keep, stage and send nothing.

    Raises `Invalid` when the dispute needs no answer, `Refused` when Stripe does not know it, and `TryAgain`.
    """
    nodes = Nodes(replace(deps, storage=None))
    state = await _step(State(dispute_id=dispute_id, account=account), nodes.load)
    stands = lifecycle.handling(state.case().dispute, deps.now())
    if stands.way == "nothing":
        raise Invalid(f"Nothing is filed for {dispute_id}: {stands.why}")
    for step in (nodes.evidence, nodes.classifier, nodes.rebuttal):
        state = await _step(state, step)
    return state.case()


async def _step(state: State, step: Callable[[State], Awaitable[Changes]]) -> State:
    return State.model_validate({**state.model_dump(mode="json"), **await step(state)})

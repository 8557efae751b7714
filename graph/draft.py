"""A case worked out without a run."""

from dataclasses import replace

from disputes import lifecycle
from disputes.case import Case
from disputes.errors import Invalid
from graph import second_writer
from graph.nodes import Nodes
from graph.permission.guard import StepContext
from graph.state import State
from graph.wiring.deps import Deps


async def draft(deps: Deps, dispute_id: str, *, account: str | None = None) -> Case:
    """Work a case out up to its packet as a run would, and keep, stage and send nothing.

    Raises `Invalid` when the dispute needs no answer, `Refused` when Stripe does not know it, and `TryAgain`.
    """
    nodes = Nodes(replace(deps, storage=None))
    dispute = await deps.stripe.dispute(dispute_id, account=account)
    held, others = await second_writer.read_held(deps, dispute, None), await second_writer.read_siblings(deps, dispute)
    state = State(dispute_id=dispute_id, account=account, dispute=dispute, held=held, siblings=others)
    stands = lifecycle.handling(state.case().dispute, deps.now())
    if stands.way == "nothing":
        raise Invalid(f"Nothing is filed for {dispute_id}: {stands.why}")
    context = StepContext(fence=0)
    for step in (nodes.evidence, nodes.classifier, nodes.rebuttal):
        state = State.model_validate({**state.model_dump(mode="json"), **await step(state, context)})
    return state.case()

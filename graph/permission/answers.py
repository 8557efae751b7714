"""How an answer of a person becomes a verdict: it is stored first, and what is stored is carried out."""

from pydantic import JsonValue

from disputes.case import Verdict
from disputes.errors import Invalid, Stale
from disputes.review import agent_inbox, verdict
from graph.permission.guard import StepContext
from graph.state import State
from graph.wiring.deps import Deps

GONE = "The verdict that woke this run is not on record any more; decide again."


async def take(deps: Deps, state: State, answer: JsonValue, context: StepContext) -> Verdict:
    """Return the stored verdict on the version that this thread shows.

    A worker wakes a run for a verdict that is stored already. On LangGraph's server the answer is one, of who is signed
    in: it is stored here. Raises `Invalid` with the reason when it cannot be, `Stale` when the case has moved on.
    """
    if context.refusal:
        raise Invalid(context.refusal)
    if not context.by_worker:
        await _store(deps, state, answer, context)
    stored = await deps.verdicts.pending(state.dispute_id)
    if stored is None or stored.version != state.version:
        raise Stale(GONE)
    return stored


async def _store(deps: Deps, state: State, answer: JsonValue, context: StepContext) -> None:
    if context.user is None or not context.user.decides:
        raise Invalid("Nobody who may decide is signed in; send the token of a reviewer.")
    if not await deps.users.is_reviewer(context.user.name):
        raise Invalid(f"{context.user.name} is no reviewer any more.")
    shown = agent_inbox.build_arguments(state.case())
    parsed = verdict.parse(answer, deps.now(), shown=shown)
    said = parsed.model_copy(update={"by": context.user.name, "at": deps.now(), "version": state.version})
    if problems := verdict.check(state.case(), said):
        raise Invalid(" ".join(problems))
    await deps.verdicts.store(state.dispute_id, said)

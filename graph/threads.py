"""What a worker's thread of a dispute holds, looked at without believing it."""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from pydantic import ValidationError

from disputes.lifecycle.moves import RunView
from graph.build import Graph
from graph.permission import seal
from graph.state import SHAPE, State
from graph.steps import following
from graph.wiring.deps import Deps

_NO_TASK, _ANSWER = "00000000-0000-0000-0000-000000000000", "__resume__"
"""Under whose name LangGraph keeps what a command says, and where in it an answer stands: a worker reads none."""


async def look(graph: Graph, deps: Deps, dispute_id: str) -> RunView:
    """Return what a worker's thread of a dispute holds, without believing it."""
    config: RunnableConfig = {"configurable": {"thread_id": dispute_id}}
    saver = saver_of(graph)
    stored = await saver.aget_tuple(config) if saver else None
    if stored is None or not _has_input(stored.checkpoint["channel_values"]):
        return RunView(status="partial" if stored else "none")
    snapshot = await graph.aget_state(config)
    if not snapshot.values:
        return RunView(status="partial")  # a crash before the first step: there is nothing to go on with
    status = "suspended" if snapshot.interrupts else "midway" if snapshot.next else "ended"
    try:
        state = State.model_validate(snapshot.values)
        whole = state.dispute is not None
    except ValidationError:
        return RunView(status=status, sealed=False, older=snapshot.values.get("shape") != SHAPE)
    return RunView(
        status=status if whole else "partial",
        version=state.version,
        sealed=not _is_sent_elsewhere(stored)
        and _is_in_place(await deps.thread_keys.read(), dispute_id, state, snapshot.next),
        older=state.shape != SHAPE,
        steps=tuple(state.history),
        dispute=state.dispute,
    )


def _is_sent_elsewhere(stored: CheckpointTuple) -> bool:
    """Return whether somebody's command waits in a thread for its next run, which no step of ours gave."""
    return any(task == _NO_TASK and channel != _ANSWER for task, channel, _ in stored.pending_writes or ())


def _is_in_place(key: bytes, thread_id: str, state: State, ahead: tuple[str, ...]) -> bool:
    """Return whether a thread is as our last step left it: the state, and the one step that comes next."""
    if not seal.is_sealed(key, thread_id, state):
        return False
    return len(ahead) == 1 and ahead[0] in following(state) if ahead else not following(state)


async def is_whole(graph: Graph, dispute_id: str) -> bool:
    """Return whether Redis holds a run whole: only changes are written, so after a wipe in its midst they are all."""
    saver = saver_of(graph)
    stored = await saver.aget_tuple({"configurable": {"thread_id": dispute_id}}) if saver else None
    return stored is not None and _has_input(stored.checkpoint["channel_values"])


def saver_of(graph: Graph) -> BaseCheckpointSaver[str] | None:
    """Return the checkpointer of a worker's graph; None where LangGraph's server brings its own."""
    saver = graph.checkpointer
    return None if isinstance(saver, bool) else saver


def _has_input(values: dict[str, Any]) -> bool:
    return bool({"dispute_id", "__start__"} & set(values))

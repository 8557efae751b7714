"""The graph. Read this first: the way of one dispute, as a list of edges."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from disputes import lifecycle
from graph.filing import FilingNodes
from graph.guard import Guard
from graph.nodes import Nodes
from graph.state import RunInput, State
from graph.wiring.deps import Deps

Graph = CompiledStateGraph[Any, Any, Any, Any]

STEPS = (
    *("load", "evidence", "classifier", "rebuttal", "router"),
    *("stage", "submit", "announce", "review", "accept", "record_outcome"),
)

IRREVOCABLE = frozenset(("submit", "accept"))


def build(deps: Deps, saver: BaseCheckpointSaver[str] | None = None) -> Graph:
    """Compile the graph over these ports; without a saver the LangGraph server brings its own."""
    nodes, filing, guard = Nodes(deps), FilingNodes(deps), Guard(deps)
    graph = StateGraph(State, input_schema=RunInput)
    for step in STEPS:
        graph.add_node(step, guard.wrap(step, getattr(filing if step in IRREVOCABLE else nodes, step)))

    def answerable(state: State) -> Literal["evidence", "router"]:
        over = lifecycle.handling(state.case().dispute, deps.now()).way == "nothing"
        return "router" if over else "evidence"

    graph.add_edge(START, "load")
    graph.add_conditional_edges("load", answerable)
    graph.add_edge("evidence", "classifier")
    graph.add_edge("classifier", "rebuttal")
    graph.add_edge("rebuttal", "router")
    graph.add_conditional_edges("router", routed)
    graph.add_conditional_edges("stage", staged)
    graph.add_conditional_edges("submit", done)
    graph.add_conditional_edges("accept", done)
    graph.add_edge("announce", "review")
    graph.add_conditional_edges("review", decided)
    graph.add_edge("record_outcome", END)
    return graph.compile(checkpointer=saver)


def routed(state: State) -> Literal["stage", "announce", "accept", "record_outcome"]:
    """Follow the router."""
    match state.route.action if state.route else "review":
        case "submit":
            return "stage"
        case "accept":
            return "accept"
        case "record":
            return "record_outcome"
        case _:
            return "announce"


def decided(state: State) -> Literal["stage", "accept", "record_outcome", "load", "announce", "review"]:
    """Follow the verdict; an answer that was not stored, or cannot be carried out, is asked for again."""
    match state.verdict.decision if state.verdict else None:
        case "approve" | "edit":
            return "stage"
        case "accept_loss":
            return "accept"
        case "reject":
            return "record_outcome"
        case "redraft":
            return "load"
        case _:
            return "announce" if state.decided is not None else "review"


def staged(state: State) -> Literal["submit", "announce"]:
    """Go on to submit unless staging found that a person must look."""
    return "announce" if _is_held(state) else "submit"


def done(state: State) -> Literal["record_outcome", "announce"]:
    """Book what was done unless it could not be done."""
    return "announce" if _is_held(state) else "record_outcome"


def _is_held(state: State) -> bool:
    """Return whether a step could not go on: it then clears the verdict and sends the route back to review."""
    return state.verdict is None and state.route is not None and state.route.action == "review"

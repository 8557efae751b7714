"""The graph. Read this first: the way of one dispute, as a list of edges."""

from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from disputes import lifecycle
from graph.filing import FilingNodes
from graph.nodes import Nodes
from graph.permission.guard import Guard
from graph.state import RunInput, State
from graph.steps import decided, done, routed, staged
from graph.wiring.deps import Deps

Graph = CompiledStateGraph[Any, Any, Any, Any]

STEPS = (
    *("load", "set_method", "evidence", "classifier", "rebuttal", "router"),
    *("stage", "submit", "announce", "review", "accept", "smart_disputes", "record_outcome"),
)

IRREVOCABLE = frozenset(("submit", "accept", "smart_disputes"))


def build(deps: Deps, saver: BaseCheckpointSaver[str] | None = None) -> Graph:
    """Compile the graph over these ports; without a saver the LangGraph server brings its own."""
    nodes, filing, guard = Nodes(deps), FilingNodes(deps), Guard(deps)
    graph = StateGraph(State, input_schema=RunInput)
    for step in STEPS:
        graph.add_node(step, guard.wrap(step, getattr(filing if step in IRREVOCABLE else nodes, step)))

    def answerable(state: State) -> Literal["set_method", "router"]:
        over = lifecycle.handling(state.case().dispute, deps.now()).way == "nothing"
        return "router" if over else "set_method"

    graph.add_edge(START, "load")
    graph.add_conditional_edges("load", answerable)
    graph.add_edge("set_method", "evidence")
    graph.add_edge("evidence", "classifier")
    graph.add_edge("classifier", "rebuttal")
    graph.add_edge("rebuttal", "router")
    graph.add_conditional_edges("router", routed)
    graph.add_conditional_edges("stage", staged)
    graph.add_conditional_edges("submit", done)
    graph.add_conditional_edges("accept", done)
    graph.add_conditional_edges("smart_disputes", done)
    graph.add_edge("announce", "review")
    graph.add_conditional_edges("review", decided)
    graph.add_edge("record_outcome", END)
    return graph.compile(checkpointer=saver)

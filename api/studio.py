"""The API as the LangGraph server mounts it beside the graph (`langgraph.json`: `http.app`)."""

from api.app import create
from graph.studio import ports
from graph.wiring.deps import utc

app = create(ports.open, now=utc)

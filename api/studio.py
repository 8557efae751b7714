"""The API as the LangGraph server mounts it beside the graph (`langgraph.json`: `http.app`)."""

from api.app import create
from graph.deps import utc
from graph.studio import ports

app = create(ports.open, now=utc)

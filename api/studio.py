"""The API as the LangGraph server mounts it beside the graph (`langgraph.json`: `http.app`)."""

from api.app import served

app = served()

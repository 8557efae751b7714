"""The API as the LangGraph server mounts it beside the graph (`langgraph.json`: `http.app`), behind its gate."""

from starlette.middleware import Middleware

from api.app import create
from api.langgraph_server import start
from api.langgraph_server.gate import Gate
from graph.studio import ports
from graph.wiring.deps import utc

start.end_unless(ports.check)

app = create(ports.open, now=utc)
# Last, so that limits and safe headers hold for what it refuses; the server puts its own middleware behind it.
app.user_middleware.append(Middleware(Gate, own=tuple(app.routes), edits=lambda: ports.studio_edits))

"""Writes every route that the installed LangGraph server has, with nothing of it disabled, as JSON."""

import json
import os
import sys

os.environ |= {
    "MIGRATIONS_PATH": "__inmem",
    "DATABASE_URI": ":memory:",
    "REDIS_URI": "fake",
    "LANGGRAPH_RUNTIME_EDITION": "inmem",
    "LANGSMITH_LANGGRAPH_API_VARIANT": "local_dev",
}


def walk(routes: list, prefix: str = "") -> list[tuple[str, str]]:  # type: ignore[type-arg]
    found = []
    for route in routes:
        path, methods = f"{prefix}{getattr(route, 'path', '')}", getattr(route, "methods", None)
        if getattr(route, "routes", None):
            found += walk(route.routes, path)
        elif type(route).__name__ == "Mount":
            found.append(("GET", path))
        elif methods is None:
            found.append(("WEBSOCKET" if "WebSocket" in type(route).__name__ else "ANY", path))
        else:
            found += [(method, path) for method in sorted(methods - {"HEAD"})]
    return found


if __name__ == "__main__":
    from langgraph_api.server import app  # type: ignore[import-untyped]

    sys.stdout.write(json.dumps(walk(app.routes)))

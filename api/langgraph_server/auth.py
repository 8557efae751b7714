"""The LangGraph server's authentication, by Rebut's own tokens and roles (`langgraph.json`: `auth.path`)."""

from typing import Any

from fastapi.security.utils import get_authorization_scheme_param
from langgraph_sdk import Auth
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.auth import TOKEN
from api.langgraph_server import local, routes, runs
from disputes.errors import Invalid
from disputes.repositories.users import DECIDES, Role, User
from graph.studio import ports
from graph.wiring.deps import STUDIO

auth = Auth()

NEEDS: dict[tuple[str, str], Role] = {
    ("assistants", "read"): "viewer",
    ("assistants", "search"): "viewer",
    ("threads", "read"): "viewer",
    ("threads", "search"): "viewer",
    ("threads", "create"): "reviewer",
    ("threads", "create_run"): "reviewer",
    ("threads", "update"): "reviewer",
}
"""What may be done to what, whichever route it came by; all else is refused to everybody."""


@auth.authenticate
async def authenticate(scope: dict[str, Any]) -> dict[str, str]:
    """Return who asks, once the route is open to them.

    Raises 401 for whoever is not known, 403 where the role is not enough, 503 with the reason while Rebut is not open.
    """
    user = await _find(scope)
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    need = routes.need_of(scope.get("method", ""), path, edits=ports.studio_edits)
    if need is None or not _is_enough(user.role, need):
        raise HTTPException(403, "Your role does not allow this.")
    return {"identity": user.name, "display_name": user.name, "role": user.role}


@auth.on
async def authorize(ctx: Auth.types.AuthContext, value: dict[str, Any]) -> bool:
    """Return whether a user may do this; 403 with the reason for a run that may not be created."""
    need = NEEDS.get((ctx.resource, ctx.action))
    if need is None or not _is_enough(ctx.user["role"], need):
        return False
    if ctx.action == "update":
        # Cancelling a run asks for the same, and names its action.
        return ports.studio_edits and "action" not in value and "metadata" not in value
    if ctx.action == "create":
        return not value.get("ttl")
    if ctx.action == "create_run" and (complaint := runs.complain(value)):
        raise HTTPException(403, complaint)
    return True


async def _find(scope: dict[str, Any]) -> User:
    if ports.studio_open and local.is_studio(scope):
        return STUDIO
    scheme, token = get_authorization_scheme_param(Headers(scope=scope).get("authorization"))
    try:
        users = ports.opened().users
    except Invalid as closed:
        raise HTTPException(503, str(closed)) from closed
    user = await users.by_token(token) if scheme.lower() == "bearer" and TOKEN.fullmatch(token) else None
    if user is None:
        raise HTTPException(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})
    return user


def _is_enough(role: str, need: routes.Need) -> bool:
    return need == "nobody" or role in {need, *DECIDES}

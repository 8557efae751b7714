"""Authentication by bearer token, and roles: a viewer reads, a reviewer also decides, an admin also signs templates."""

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api.lifespan import get_deps
from api.problems import Problem
from disputes.repositories.users import User

TOKEN = re.compile(r"[\x21-\x7e]{1,512}", re.ASCII)

_bearer = HTTPBearer(auto_error=False, description="A token of REBUT_API_TOKENS; only its hash is stored.")


class AuthenticatedRoute(APIRoute):
    """A route that answers 401 to whoever holds no token, before it reads anything of the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler behind the check of the bearer token."""
        handle = super().get_route_handler()

        async def handle_authenticated(request: Request) -> Response:
            request.state.user = await _find_user(request)
            return await handle(request)

        return handle_authenticated


async def authenticate(request: Request, _: Annotated[object, Depends(_bearer)]) -> User:
    """Return the user that `AuthenticatedRoute` found; routes of another class fail."""
    user: User = request.state.user
    return user


async def _find_user(request: Request) -> User:
    deps, credentials = await get_deps(request), await _bearer(request)
    token = credentials.credentials if credentials else ""
    user = await deps.users.by_token(token) if TOKEN.fullmatch(token) else None
    if user is None:
        raise Problem(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})
    return user


async def require_reviewer(user: Annotated[User, Depends(authenticate)]) -> User:
    """Return the user when it is a reviewer; 403 for a viewer."""
    if not user.decides:
        raise Problem(403, "Only a reviewer may decide.")
    return user


Reviewer = Annotated[User, Depends(require_reviewer)]


async def require_admin(user: Annotated[User, Depends(authenticate)]) -> User:
    """Return the user when it is an admin; 403 for anybody else."""
    if user.role != "admin":
        raise Problem(403, "Only an admin may sign templates.")
    return user


Admin = Annotated[User, Depends(require_admin)]

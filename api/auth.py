"""Authentication by bearer token, and roles: a viewer reads, a reviewer also decides."""

import re
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.lifespan import OpenDeps
from api.problems import Problem
from disputes.repositories.users import User

TOKEN = re.compile(r"[\x21-\x7e]{1,512}", re.ASCII)

_bearer = HTTPBearer(auto_error=False, description="A token of REBUT_API_TOKENS; only its hash is stored.")


async def authenticate(
    deps: OpenDeps, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """Return the user who holds the bearer token; 401 when nobody does."""
    token = credentials.credentials if credentials else ""
    user = await deps.users.by_token(token) if TOKEN.fullmatch(token) else None
    if user is None:
        raise Problem(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})
    return user


async def require_reviewer(user: Annotated[User, Depends(authenticate)]) -> User:
    """Return the user when it is a reviewer; 403 for a viewer."""
    if user.role != "reviewer":
        raise Problem(403, "Only a reviewer may decide.")
    return user


Reviewer = Annotated[User, Depends(require_reviewer)]

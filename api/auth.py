"""Who is asking, and what they may do: a viewer reads, a reviewer also decides."""

import re
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.lifespan import OpenDeps
from api.problems import Problem
from disputes.repositories.users import User

TOKEN = re.compile(r"[\x21-\x7e]{1,512}", re.ASCII)

_bearer = HTTPBearer(auto_error=False, description="A token of REBUT_API_TOKENS; only its hash is stored.")


async def known(deps: OpenDeps, offered: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> User:
    """Tell who holds the bearer token; 401 when nobody does."""
    token = offered.credentials if offered else ""
    person = await deps.users.by_token(token) if TOKEN.fullmatch(token) else None
    if person is None:
        raise Problem(401, "A valid bearer token is needed.", headers={"WWW-Authenticate": "Bearer"})
    return person


async def decides(person: Annotated[User, Depends(known)]) -> User:
    """Let only a reviewer through; 403 for a viewer."""
    if person.role != "reviewer":
        raise Problem(403, "Only a reviewer may decide.")
    return person


Reviewer = Annotated[User, Depends(decides)]

"""What the routes that serve the files of a case share: their router and the download itself."""

import re

from fastapi import APIRouter, Depends, Response

from api import problems
from api.auth import AuthenticatedRoute, authenticate


def build_router(name: str) -> APIRouter:
    """Build the router of `/disputes/{dispute_id}/<name>`, for everybody with a token."""
    return APIRouter(
        prefix=f"/disputes/{{dispute_id}}/{name}",
        tags=["disputes"],
        dependencies=[Depends(authenticate)],
        route_class=AuthenticatedRoute,
        responses=problems.document(401, 404, 503),
    )


def download(data: bytes, *, media_type: str, name: str) -> Response:
    """Return bytes as a file to save; in its name only ASCII letters, digits, dots and underscores stay."""
    safe_name = re.sub(r"[^A-Za-z0-9._]+", "-", name)
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{safe_name}"'})

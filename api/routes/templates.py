"""The templates of letters: anybody with a token reads them, an admin signs a merchant's own."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.auth import Admin, AuthenticatedRoute, authenticate
from api.lifespan import OpenDeps
from api.middleware.body_limit import limit_body
from api.problems import Problem
from api.schemas import FilterText
from disputes.letter.templates import checks
from disputes.letter.templates.register import ListedTemplate
from graph import template_signing

MAX_BODY_BYTES = 10_000

router = APIRouter(
    prefix="/templates",
    tags=["templates"],
    dependencies=[Depends(authenticate)],
    route_class=limit_body(MAX_BODY_BYTES, AuthenticatedRoute),
    responses=problems.document(401, 503),
)

TemplateId = Annotated[str, Path(description="The name and version of a template, such as `delivered@2`.")]
Reason = Annotated[FilterText | None, Query(description="Only the templates for this reason, such as `fraudulent`.")]


class TemplateList(BaseModel):
    """Every template, by topic, as Rebut read the folder at its start."""

    templates: list[ListedTemplate]


class SignatureBody(BaseModel):
    """What an admin signs: the digest of the template as it was shown."""

    model_config = ConfigDict(extra="forbid")

    digest: str = Field(pattern="^[0-9a-f]{64}$")


class SignatureView(BaseModel):
    """A signature: of which words, by whom and when the first time."""

    template: str
    digest: str
    by: str
    at: datetime


@router.get("", responses=problems.document(422))
async def index(deps: OpenDeps, reason: Reason = None) -> TemplateList:
    """List the templates, each with its first phrasing, its digest and who signed it."""
    return TemplateList(templates=await template_signing.list_templates(deps, reason=reason or ""))


@router.post("/{template_id}/signature", responses=problems.document(400, 403, 404, 409, 413, 422))
async def sign(template_id: TemplateId, body: SignatureBody, user: Admin, deps: OpenDeps) -> SignatureView:
    """Sign a template in the admin's name, so that letters use it. Signing it again changes nothing."""
    template = template_signing.find(deps, template_id)
    if template is None:
        raise Problem(404, "There is no such template.")
    if template.digest != body.digest:
        raise Problem(409, f"{template_id} has changed since it was read; read it again and sign that.")
    if wrong := list(checks.find_problems(template)):
        raise Problem(422, "A template with problems is not signed.", problems=wrong)
    (signature,) = await template_signing.sign(deps, [template], by=user)
    return SignatureView(template=template_id, digest=signature.digest, by=signature.by, at=signature.at)

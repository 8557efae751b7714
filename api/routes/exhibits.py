"""The exhibits of a case, as the bank gets them."""

import re
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from api import problems
from api.auth import known
from api.lifespan import OpenDeps
from api.problems import Problem
from api.routes.disputes import Named, found
from disputes.case import Packet, PacketFile
from disputes.errors import Invalid
from graph import rendering

PDF = "application/pdf"

router = APIRouter(
    prefix="/disputes/{dispute_id}/exhibits",
    tags=["disputes"],
    dependencies=[Depends(known)],
    responses=problems.documented(401, 404, 503),
)
Mark = Annotated[str, Path(pattern="^[A-Z]$", description="The letter of an exhibit: B for Exhibit B.")]


class ExhibitView(BaseModel):
    """One exhibit: the letter the rebuttal cites it by, and the file Stripe gets."""

    mark: str
    title: str
    field: str
    name: str
    pages: int
    bytes: int
    sha256: str

    @classmethod
    def of(cls, packet: Packet, file: PacketFile) -> Self:
        """Show a file beside the sheet it is printed from."""
        sheet = next((sheet for sheet in packet.sheets if sheet.field == file.field), None)
        names = ("field", "name", "pages", "bytes", "sha256")
        told = {name: getattr(file, name) for name in names}
        return cls(mark=_letter(sheet.mark) if sheet else "", title=sheet.title if sheet else "", **told)


class ExhibitList(BaseModel):
    """Every exhibit of a case, in the order of its letters."""

    exhibits: list[ExhibitView]


@router.get("")
async def index(dispute_id: Named, deps: OpenDeps) -> ExhibitList:
    """List the exhibits of the packet as it stands; none before it is made."""
    packet = await _packet(deps, dispute_id)
    return ExhibitList(exhibits=[ExhibitView.of(packet, file) for file in packet.files])


@router.get(
    "/{mark}", response_class=Response, responses={200: {"content": {PDF: {}}}, **problems.documented(409, 422)}
)
async def read(dispute_id: Named, mark: Mark, deps: OpenDeps) -> Response:
    """Give one exhibit as the PDF that Stripe gets; 409 when only a later print of it could be given."""
    packet = await _packet(deps, dispute_id)
    file = next((file for file in packet.files if ExhibitView.of(packet, file).mark == mark), None)
    if file is None:
        raise Problem(404, "There is no such exhibit.")
    try:
        data = await rendering.exhibit(deps, packet, file)
    except Invalid as changed:
        raise Problem(HTTPStatus.CONFLICT, str(changed)) from changed
    name = re.sub(r"[^A-Za-z0-9._]+", "-", f"{dispute_id}-{file.name}")
    return Response(data, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _packet(deps: OpenDeps, dispute_id: str) -> Packet:
    record = await found(deps.cases, dispute_id)
    return record.case.packet if record.case and record.case.packet else Packet()


def _letter(mark: str) -> str:
    return mark.removeprefix("Exhibit ")

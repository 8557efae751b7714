"""The routes that list and serve the exhibits of a case, as the bank gets them."""

from http import HTTPStatus
from typing import Annotated, Self

from fastapi import Path, Response
from pydantic import BaseModel

from api import problems
from api.lifespan import OpenDeps
from api.problems import Problem
from api.routes import case_files
from api.routes.disputes import DisputeId, find_case
from disputes.case import Packet, PacketFile
from disputes.errors import Invalid
from graph import rendering
from graph.wiring.deps import Deps

PDF = "application/pdf"

router = case_files.build_router("exhibits")
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
        """Build the view of a file and of the sheet it is rendered from."""
        sheet = next((sheet for sheet in packet.sheets if sheet.field == file.field), None)
        names = ("field", "name", "pages", "bytes", "sha256")
        values = {name: getattr(file, name) for name in names}
        return cls(
            mark=sheet.mark.removeprefix("Exhibit ") if sheet else "", title=sheet.title if sheet else "", **values
        )


class ExhibitList(BaseModel):
    """Every exhibit of a case, in the order of its letters."""

    exhibits: list[ExhibitView]


@router.get("")
async def index(dispute_id: DisputeId, deps: OpenDeps) -> ExhibitList:
    """List the exhibits of the present packet; none before it is made."""
    packet = await _find_packet(deps, dispute_id)
    return ExhibitList(exhibits=[ExhibitView.of(packet, file) for file in packet.files])


@router.get("/{mark}", response_class=Response, responses={200: {"content": {PDF: {}}}, **problems.document(409, 422)})
async def read(dispute_id: DisputeId, mark: Mark, deps: OpenDeps) -> Response:
    """Return one exhibit as the PDF that Stripe gets; 409 when only a later rendering of it could be returned."""
    packet = await _find_packet(deps, dispute_id)
    file = next((file for file in packet.files if ExhibitView.of(packet, file).mark == mark), None)
    if file is None:
        raise Problem(404, "There is no such exhibit.")
    try:
        data = await rendering.exhibit(deps, packet, file)
    except Invalid as changed:
        raise Problem(HTTPStatus.CONFLICT, str(changed)) from changed
    return case_files.download(data, media_type=PDF, name=f"{dispute_id}-{file.name}")


async def _find_packet(deps: Deps, dispute_id: str) -> Packet:
    record = await find_case(deps.cases, dispute_id)
    return record.case.packet if record.case and record.case.packet else Packet()

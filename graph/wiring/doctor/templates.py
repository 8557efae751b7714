"""What doctor says of templates: how many are signed, and which of the merchant's are not, and so not used."""

from collections.abc import AsyncIterator

from disputes.errors import DisputeError, Invalid
from disputes.letter.templates import Templates, register
from disputes.letter.templates.loading import load_templates
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings
from tools.postgres.database import open_engine
from tools.postgres.template_signatures import read_digests

TITLE = "Templates"


async def look(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    """Read the templates, and the signatures where the records can be reached."""
    try:
        templates = load_templates(chosen.templates)
        yield judge(templates, await _read_digests(chosen) if templates.unsigned() else frozenset())
    except Invalid as wrong:
        yield DoctorFinding(title=TITLE, text=str(wrong), fine=False)


def judge(templates: Templates, digests: frozenset[str] | None) -> DoctorFinding:
    """Return how many templates are signed, and which are not used; `digests` is None where nobody could be asked."""
    left = templates.with_signed(digests or ()).unsigned()
    count = len(list(register.every(templates))) - len(left)
    if not left:
        return DoctorFinding(title=TITLE, text=f"{count} signed, and none that is not.")
    names = ", ".join(template.id for template in left)
    if digests is None:
        text = f"{count} signed with the release; {names} of yours only count once signed: see `rebut templates list`."
        return DoctorFinding(title=TITLE, text=text)
    text = f"{count} signed; {names} of yours are not, and are not used: see `rebut templates sign`."
    return DoctorFinding(title=TITLE, text=text, remark=True)


async def _read_digests(chosen: Settings) -> frozenset[str] | None:
    """Return what admins signed, or None without a database of the user's own that answers: nothing is started."""
    if chosen.database_url is None:
        return None
    try:
        async with open_engine(chosen.database_url.get_secret_value(), size=1) as engine:
            return await read_digests(engine)
    except DisputeError:
        return None

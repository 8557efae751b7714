"""What doctor says of the words of letters: which templates are signed, and which prompts are the merchant's own."""

from collections.abc import AsyncIterator, Iterator

from disputes.errors import DisputeError, Invalid
from disputes.letter.templates import Templates, register
from disputes.letter.templates.loading import load_templates
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.models import find_own_prompts
from graph.wiring.settings import Settings
from tools.postgres.database import open_engine
from tools.postgres.template_signatures import read_digests

TITLE = "Templates"


async def look(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    """Read the templates, and the signatures where the records can be reached, then look at the prompts."""
    try:
        templates = load_templates(chosen.templates)
        yield judge(templates, await _read_digests(chosen) if templates.unsigned() else frozenset())
    except Invalid as wrong:
        yield DoctorFinding(title=TITLE, text=str(wrong), fine=False)
    for finding in _look_at_prompts(chosen):
        yield finding


def judge(templates: Templates, digests: frozenset[str] | None) -> DoctorFinding:
    """Return how many templates are signed, and which are not used; `digests` is None where nobody could be asked."""
    left = templates.with_signed(digests or ()).unsigned()
    count = len(list(register.every(templates))) - len(left)
    if not left:
        return DoctorFinding(title=TITLE, text=f"{count} signed, and none that is not.")
    names = ", ".join(template.id for template in left)
    if digests is None:
        asked = "the records were not asked: see `rebut templates list`"
        text = f"{count} signed with the release; whether {names} of yours are, and so are used, {asked}."
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


def _look_at_prompts(chosen: Settings) -> Iterator[DoctorFinding]:
    if chosen.prompts is None:
        return
    if not chosen.prompts.is_dir():
        yield DoctorFinding(title="Prompts", text=f"REBUT_PROMPTS names no folder: {chosen.prompts}.", fine=False)
        return
    own = ", ".join(find_own_prompts(chosen))
    yield DoctorFinding(title="Prompts", text=f"yours in place of the shipped ones: {own or 'none'}.")

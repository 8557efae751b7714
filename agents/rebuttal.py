"""The rebuttal agent: an argument planned by code, rendered from signed templates, and checked before it is read."""

from collections.abc import Sequence

from disputes.case import Case, Claim, Rebuttal
from disputes.errors import WriterFailed
from disputes.letter import argument, coverage, grounding, questions, verification
from disputes.letter.argument import Argument, Choice
from disputes.letter.templates import Templates
from disputes.packet import assembly
from disputes.playbook import Playbooks
from disputes.policy.model_budget import Meter
from disputes.ports.models import Writer


class Author:
    """Writes letters from signed templates; the same evidence and choice give the same letter."""

    def __init__(self, playbooks: Playbooks, templates: Templates) -> None:
        self.playbooks = playbooks
        self.templates = templates

    def plan(self, case: Case, choice: Choice | None = None) -> Argument:
        """Return the argument of a case, with the exhibits that its packet is going to have."""
        playbook = self.playbooks.of(case.dispute.reason)
        sheets = assembly.plan_sheets(case, playbook)
        return argument.plan(case.dispute, case.evidence, playbook, self.templates, sheets, choice=choice)


async def write(case: Case, writer: Writer | None, author: Author, *, meter: Meter) -> Rebuttal:
    """Return a letter of signed templates without violations; a sentence that grounding refuses is cut, and noted.

    A model chooses among phrasings and orders paragraphs, and sees no value of the case; one that fails leaves the
    choice to code, and the letter's notes say so. A letter that lacks a point an answer needs lists it in `unmade`, and
    a person has to decide.
    """
    planned = author.plan(case)
    letter = Rebuttal(claims=planned.claims)
    if writer is not None and planned.paragraphs and "rebuttal" in meter.allowance.agents:
        letter = await _choose(case, writer, author, planned, meter=meter)
    letter = _cut_ungrounded(case, letter)
    playbook = author.playbooks.of(case.dispute.reason)
    missing = coverage.find_missing_points(case.dispute, letter, case.evidence, playbook)
    asked = questions.find_answers(case.dispute, case.evidence, letter.claims, playbook)
    return letter.model_copy(update={"unmade": missing, "criteria": asked})


async def _choose(case: Case, writer: Writer, author: Author, planned: Argument, *, meter: Meter) -> Rebuttal:
    playbook = author.playbooks.of(case.dispute.reason)
    try:
        chosen = await writer.choose(case, playbook, planned, author.templates, meter=meter)
    except WriterFailed as error:
        return Rebuttal(claims=planned.claims, notes=(f"{writer.name}: {error}",))
    claims = author.plan(case, chosen.choice).claims
    grounded, notes = _find_grounded(case, chosen.draft)
    return Rebuttal(claims=claims, writer=writer.name, draft=grounded, notes=notes)


def _find_grounded(case: Case, draft: Sequence[Claim]) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Return the sentences of a free draft that may be offered to a reviewer, and a note on how many may not."""
    found = grounding.check(Rebuttal(claims=tuple(draft)), case.evidence) if draft else ()
    # What no rule can judge is the reviewer's to judge.
    wrong = {violation.claim for violation in found if not violation.undecidable}
    kept = tuple(claim for number, claim in enumerate(draft) if number not in wrong)
    cut = len(draft) - len(kept)
    return kept, (
        (f"sentences of the model's draft that no record backs are left out: {cut} of {len(draft)}",) if cut else ()
    )


def _cut_ungrounded(case: Case, rebuttal: Rebuttal) -> Rebuttal:
    """Remove each claim with a violation, and say which."""
    violation_of: dict[int, str] = {}
    for violation in grounding.check(rebuttal, case.evidence):
        if not verification.answers_for(rebuttal, violation):
            violation_of.setdefault(violation.claim, violation.what)
    claims = tuple(claim for number, claim in enumerate(rebuttal.claims) if number not in violation_of)
    notes = tuple(f"cut claim {number + 1}: {what}" for number, what in violation_of.items() if rebuttal.claims)
    return rebuttal.model_copy(update={"claims": claims, "notes": (*rebuttal.notes, *notes)})

"""The rebuttal agent: a letter of claims that cite facts, checked by code before anyone sees it."""

from collections.abc import Sequence

from disputes.case import Case, Claim, Rebuttal
from disputes.errors import WriterFailed
from disputes.letter import coverage, grounding, vocabulary
from disputes.letter.grounding import Violation
from disputes.playbook import Playbook, Playbooks
from disputes.policy.model_budget import Meter
from disputes.ports.models import Writer

REDRAFTS = 2


class BuiltInWriter:
    """Composes the letter from the playbook's sentences, each only when all its facts are on record."""

    name = "built-in"

    def __init__(self, playbooks: Playbooks) -> None:
        self.playbooks = playbooks

    async def write(self, case: Case, *, meter: Meter | None = None, objections: Sequence[str] = ()) -> Rebuttal:  # noqa: ARG002 - a writer's signature; this one costs nothing
        """Give one claim per proven point, in the playbook's order, but for sentences objected to."""
        playbook = self.playbooks.of(case.dispute.reason)
        points = playbook.find_points(case.dispute, case.evidence)
        proven = [(point, proof) for point in points if (proof := point.find_proof(case.evidence))]
        claims = [Claim(text=point.write(proof), facts=tuple(fact.id for fact in proof)) for point, proof in proven]
        return Rebuttal(claims=tuple(claim for claim in claims if claim.text not in objections), writer=self.name)


async def write(case: Case, writer: Writer | None, built_in: BuiltInWriter, *, meter: Meter) -> Rebuttal:
    """Give a letter with no violation, redrafting at most twice; what stays unsupported is cut.

    A model that fails or cannot be grounded is replaced by the built-in writer, and the letter's notes say so. A letter
    that no longer makes what an answer needs says what, and is a person's to decide.
    """
    letter = await _written(case, writer if "rebuttal" in meter.allowance.agents else None, built_in, meter=meter)
    playbook = built_in.playbooks.of(case.dispute.reason)
    return letter.model_copy(update={"unmade": coverage.unmade(case.dispute, letter, case.evidence, playbook)})


async def _written(case: Case, writer: Writer | None, built_in: BuiltInWriter, *, meter: Meter) -> Rebuttal:
    if writer is None:
        return _cut(case, await built_in.write(case))
    try:
        return await _grounded(case, writer, built_in.playbooks.of(case.dispute.reason), meter=meter)
    except WriterFailed as failed:
        letter = _cut(case, await built_in.write(case))
        return letter.model_copy(update={"notes": (*letter.notes, f"{writer.name}: {failed}")})


async def _grounded(case: Case, writer: Writer, playbook: Playbook, *, meter: Meter) -> Rebuttal:
    rebuttal = await writer.write(case, meter=meter)
    for _ in range(REDRAFTS):
        found = (*grounding.check(rebuttal, case.evidence), *vocabulary.check(case, rebuttal, playbook))
        if not found:
            return rebuttal
        objections = tuple(dict.fromkeys(f"claim {v.claim + 1}: {v.what}" for v in found))
        rebuttal = await writer.write(case, meter=meter, objections=objections)
    return _cut(case, rebuttal, vocabulary.check(case, rebuttal, playbook))


def _cut(case: Case, rebuttal: Rebuttal, more: Sequence[Violation] = ()) -> Rebuttal:
    """Drop each claim that rests on nothing. Raises `WriterFailed` when a model's letter has none left."""
    bad: dict[int, str] = {}
    for violation in (*grounding.check(rebuttal, case.evidence), *more):
        bad.setdefault(violation.claim, violation.what)
    kept = tuple(claim for number, claim in enumerate(rebuttal.claims) if number not in bad)
    if not kept and rebuttal.writer != BuiltInWriter.name:
        raise WriterFailed("no claim of its letter rests on a record")
    notes = tuple(f"cut claim {number + 1}: {what}" for number, what in bad.items() if rebuttal.claims)
    return rebuttal.model_copy(update={"claims": kept, "notes": (*rebuttal.notes, *notes)})

"""The rebuttal agent: a letter of claims that cite facts, checked by code before anyone reads it."""

from collections.abc import Sequence

from disputes.case import BUILT_IN, Case, Claim, Rebuttal
from disputes.errors import WriterFailed
from disputes.letter import coverage, grounding, vocabulary
from disputes.letter.grounding import Violation
from disputes.playbook import Playbook, Playbooks
from disputes.policy.model_budget import Meter
from disputes.ports.models import Writer

MAX_REDRAFTS = 2


class BuiltInWriter:
    """Writes the letter from the playbook's sentences, each only when all its facts are on record."""

    name = BUILT_IN

    def __init__(self, playbooks: Playbooks) -> None:
        self.playbooks = playbooks

    async def write(self, case: Case, *, meter: Meter | None = None, objections: Sequence[str] = ()) -> Rebuttal:  # noqa: ARG002 - a writer's signature; this one costs nothing
        """Return one claim for each proven point, in the playbook's order, without the sentences objected to."""
        playbook = self.playbooks.of(case.dispute.reason)
        points = playbook.find_points(case.dispute, case.evidence)
        proven = [(point, proof) for point in points for proof in point.find_proofs(case.evidence)]
        claims = [Claim(text=point.write(proof), facts=tuple(fact.id for fact in proof)) for point, proof in proven]
        return Rebuttal(claims=tuple(claim for claim in claims if claim.text not in objections), writer=self.name)


async def write(case: Case, writer: Writer | None, built_in: BuiltInWriter, *, meter: Meter) -> Rebuttal:
    """Return a letter without violations, redrafted at most twice; claims that stay unsupported are cut.

    A model that fails or cannot be grounded is replaced by the built-in writer, and the letter's notes say so. A letter
    that lacks a point an answer needs lists it in `unmade`, and a person has to decide.
    """
    letter = await _write_or_fall_back(
        case, writer if "rebuttal" in meter.allowance.agents else None, built_in, meter=meter
    )
    playbook = built_in.playbooks.of(case.dispute.reason)
    return letter.model_copy(
        update={"unmade": coverage.find_missing_points(case.dispute, letter, case.evidence, playbook)}
    )


async def _write_or_fall_back(case: Case, writer: Writer | None, built_in: BuiltInWriter, *, meter: Meter) -> Rebuttal:
    if writer is None:
        return _cut_unsupported(case, await built_in.write(case))
    try:
        return await _write_grounded(case, writer, built_in.playbooks.of(case.dispute.reason), meter=meter)
    except WriterFailed as error:
        letter = _cut_unsupported(case, await built_in.write(case))
        return letter.model_copy(update={"notes": (*letter.notes, f"{writer.name}: {error}")})


async def _write_grounded(case: Case, writer: Writer, playbook: Playbook, *, meter: Meter) -> Rebuttal:
    rebuttal = await writer.write(case, meter=meter)
    for _ in range(MAX_REDRAFTS):
        violations = (*grounding.check(rebuttal, case.evidence), *vocabulary.check(case, rebuttal, playbook))
        if not violations:
            return rebuttal
        objections = tuple(dict.fromkeys(f"claim {v.claim + 1}: {v.what}" for v in violations))
        rebuttal = await writer.write(case, meter=meter, objections=objections)
    return _cut_unsupported(case, rebuttal, vocabulary.check(case, rebuttal, playbook))


def _cut_unsupported(case: Case, rebuttal: Rebuttal, more: Sequence[Violation] = ()) -> Rebuttal:
    """Remove each claim with a violation. Raises `WriterFailed` when a model's letter has none left."""
    violation_of: dict[int, str] = {}
    for violation in (*grounding.check(rebuttal, case.evidence), *more):
        violation_of.setdefault(violation.claim, violation.what)
    claims = tuple(claim for number, claim in enumerate(rebuttal.claims) if number not in violation_of)
    if not claims and rebuttal.writer != BuiltInWriter.name:
        raise WriterFailed("no claim of its letter rests on a record")
    notes = tuple(f"cut claim {number + 1}: {what}" for number, what in violation_of.items() if rebuttal.claims)
    return rebuttal.model_copy(update={"claims": claims, "notes": (*rebuttal.notes, *notes)})

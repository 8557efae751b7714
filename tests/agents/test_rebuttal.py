"""The rebuttal agent: redrafts, cuts, and the built-in writer in place of a model."""

from dataclasses import dataclass, field

import pytest

from agents import rebuttal
from agents.rebuttal import BuiltInWriter
from disputes.case import Claim, Rebuttal
from disputes.errors import BadStructure, GenerationFailed, NotConfigured
from disputes.evidence import Evidence
from disputes.letter import grounding
from disputes.policy.model_budget import Allowance, Meter
from tests.builders import BOOKS, a_case, a_claim, everything, on_record

BUILT_IN = BuiltInWriter(BOOKS)
SOUND = a_claim()
UNSOUND = a_claim("We received a payment of 9.99 USD.")


@dataclass
class FakeWriter:
    letters: list[tuple[Claim, ...]]
    error: Exception | None = None
    objected: list[tuple[str, ...]] = field(default_factory=list)
    name: str = "model"

    async def write(self, case, *, meter, objections=()):
        self.objected.append(tuple(objections))
        if self.error:
            raise self.error
        number = min(len(self.objected), len(self.letters)) - 1
        return Rebuttal(claims=self.letters[number], writer=self.name)


async def wrote(*letters, error=None, case=None):
    writer = FakeWriter(list(letters), error)
    return await rebuttal.write(case or a_case(), writer, BUILT_IN, meter=Meter(Allowance())), writer


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", ["physical", "digital", "service"])
async def test_the_built_in_letter_is_grounded_for_every_reason_and_product(reason, product):
    case = a_case(reason=reason).model_copy(update={"evidence": everything(product)})
    letter = await rebuttal.write(case, None, BUILT_IN, meter=Meter(Allowance()))
    assert grounding.check(letter, case.evidence) == ()
    assert letter.notes == ()
    assert letter.unmade == ()
    points = BOOKS.of(reason).find_points(case.dispute, case.evidence)
    assert len(letter.claims) == len([point for point in points if point.find_proof(case.evidence)])


async def test_the_built_in_writer_says_only_what_is_on_record():
    letter = await rebuttal.write(a_case(), None, BUILT_IN, meter=Meter(Allowance()))
    assert [claim.facts for claim in letter.claims] == [("amount_paid", "paid_at")]
    assert letter.claims[0].text.startswith("We received a payment of 1,234.56 USD on ")


async def test_nothing_on_record_gives_an_empty_letter_that_may_not_be_filed():
    case = a_case().model_copy(update={"evidence": Evidence()})
    letter = await rebuttal.write(case, None, BUILT_IN, meter=Meter(Allowance()))
    assert letter.claims == ()
    assert grounding.check(letter, case.evidence) != ()


async def test_a_sound_letter_is_written_once():
    letter, writer = await wrote((SOUND,))
    assert letter == Rebuttal(claims=(SOUND,), writer="model", unmade=("payment",))
    assert writer.objected == [()]


async def test_a_draft_is_written_again_with_what_was_wrong():
    letter, writer = await wrote((UNSOUND,), (SOUND,))
    assert letter.claims == (SOUND,)
    assert writer.objected[1] == ("claim 1: 9.99 USD stands in no fact that is cited",)


async def test_after_two_redrafts_what_is_unsupported_is_cut():
    letter, writer = await wrote((SOUND, UNSOUND))
    assert len(writer.objected) == 3
    assert letter.claims == (SOUND,)
    assert letter.notes == ("cut claim 2: 9.99 USD stands in no fact that is cited",)


async def test_a_letter_that_was_cut_says_what_an_answer_needs_and_it_no_longer_has():
    whole = BUILT_IN.write(a_case())
    (payment,) = (await whole).claims
    ungrounded = payment.model_copy(update={"text": payment.text.replace("1,234.56", "1,234.57")})
    letter, _ = await wrote((SOUND, ungrounded))
    assert (letter.claims, letter.unmade) == ((SOUND,), ("payment",))
    letter, _ = await wrote((payment, UNSOUND))
    assert (letter.claims, letter.unmade) == ((payment,), ())


async def test_a_letter_with_nothing_sound_is_replaced():
    letter, writer = await wrote((UNSOUND,))
    assert len(writer.objected) == 3
    assert letter.writer == "built-in"
    assert letter.claims
    assert letter.notes == ("model: no claim of its letter rests on a record",)


async def test_an_empty_letter_is_replaced():
    letter, _ = await wrote(())
    assert letter.writer == "built-in"


@pytest.mark.parametrize("kind", [NotConfigured, GenerationFailed, BadStructure])
async def test_a_writer_that_fails_is_replaced_and_the_letter_says_so(kind):
    letter, writer = await wrote((), error=kind("no answer"))
    assert letter.writer == "built-in"
    assert letter.notes == ("model: no answer",)
    assert len(writer.objected) == 1


async def test_a_bug_in_a_writer_crashes_loudly():
    with pytest.raises(ZeroDivisionError):
        await wrote((), error=ZeroDivisionError())


async def test_a_fact_with_a_link_is_cut_from_the_built_in_letter():
    linked = on_record("amount_paid paid_at product_description")
    linked_fact = linked.facts[-1].model_copy(update={"value": "See https://shop.example/tent"})
    case = a_case().model_copy(update={"evidence": Evidence(facts=(*linked.facts[:-1], linked_fact))})
    letter = await rebuttal.write(case, None, BUILT_IN, meter=Meter(Allowance()))
    assert "https" not in letter.model_dump_json()
    assert any("link" in note for note in letter.notes)

"""A person may leave exhibits out of what is filed, by the name Stripe has for each."""

import pytest
from pydantic import JsonValue

from disputes import packet
from disputes.case import Case, Claim, Packet, PacketFile, Rebuttal, Verdict
from disputes.errors import Invalid
from disputes.packet import LETTER
from disputes.review import verdict
from tests.builders import BOOKS, NOON, a_dispute, everything

CLAIMS = (Claim(text="We received a payment of 1,234.56 USD.", facts=("amount_paid",)),)


def a_case(*claims: Claim) -> Case:
    dispute, evidence, book = a_dispute(), everything(), BOOKS.of("product_not_received")
    letter = Rebuttal(claims=claims or CLAIMS)
    built = packet.build(dispute, evidence, letter, book)
    files = tuple(PacketFile(field=s.field, name=f"{s.field}.pdf", pages=1, bytes=1_000) for s in built.sheets)
    return Case(dispute=dispute, evidence=evidence, rebuttal=letter, packet=built.model_copy(update={"files": files}))


def decided(**changes: object) -> Verdict:
    return Verdict.model_validate({"decision": "approve", "by": "Ada", "at": NOON, **changes})


def filed(case: Case, ruling: Verdict) -> Packet:
    assert verdict.check(case, ruling) == ()
    changed = verdict.apply(case, ruling).packet
    assert changed
    return changed


@pytest.mark.parametrize("decision", ["approve", "edit"])
def test_an_exhibit_that_a_person_leaves_out_is_neither_filed_nor_listed(decision: str) -> None:
    case = a_case()
    assert case.packet
    before = {sheet.field for sheet in case.packet.sheets}
    assert {"receipt", "customer_communication"} < before
    changed = filed(case, decided(decision=decision, without=("receipt",)))
    assert {sheet.field for sheet in changed.sheets} == before - {"receipt"}
    assert {file.field for file in changed.files} == before - {"receipt"}
    assert "Receipt" not in changed.fields[LETTER].split("Exhibit A", 1)[1]
    assert changed.fields["receipt"] == "", "what was staged earlier is cleared"
    assert changed.left_out[0].startswith("Left out by Ada: Exhibit ")


def test_the_marks_of_the_others_stay_as_printed() -> None:
    case = a_case()
    assert case.packet
    marks = {sheet.field: sheet.mark for sheet in case.packet.sheets}
    first = case.packet.sheets[0].field
    changed = filed(case, decided(without=(first,)))
    assert {sheet.field: sheet.mark for sheet in changed.sheets} == {k: v for k, v in marks.items() if k != first}


def test_several_may_go_with_an_edited_letter_at_once() -> None:
    case = a_case()
    changed = filed(case, decided(decision="edit", letter=CLAIMS, without=("receipt", "customer_communication")))
    assert not {"receipt", "customer_communication"} & {sheet.field for sheet in changed.sheets}
    assert "Messages with the customer" not in changed.fields[LETTER]
    assert len(changed.left_out) == 2


@pytest.mark.parametrize("name", ["reciept", "Receipt", "refund_policy", "uncategorized_text", ""])
def test_an_exhibit_that_is_not_there_is_one_clear_sentence(name: str) -> None:
    (problem,) = verdict.check(a_case(), decided(without=("receipt", name)))
    assert problem.startswith(f"{name}: the packet has no such exhibit; it has shipping_documentation, ")


def test_an_exhibit_that_the_letter_cites_cannot_go_alone() -> None:
    case = a_case()
    assert case.packet
    mark = next(sheet.mark for sheet in case.packet.sheets if sheet.field == "receipt")
    citing = (Claim(text=f"As {mark} shows, we received a payment of 1,234.56 USD.", facts=("amount_paid",)),)
    problems = verdict.check(a_case(*citing), decided(decision="edit", letter=citing, without=("receipt",)))
    assert any(f"cites {mark}" in each for each in problems)


def test_an_exhibit_that_is_named_in_brackets_goes_with_its_name() -> None:
    case = a_case()
    assert case.packet
    mark = next(sheet.mark for sheet in case.packet.sheets if sheet.field == "receipt")
    naming = a_case(Claim(text=f"We received a payment of 1,234.56 USD ({mark}).", facts=("amount_paid",)))
    ruling = decided(without=("receipt",))
    assert verdict.check(naming, ruling) == ()
    done = verdict.apply(naming, ruling)
    assert done.packet
    assert done.rebuttal
    assert mark not in done.packet.fields[packet.LETTER]
    assert [claim.text for claim in done.rebuttal.claims] == ["We received a payment of 1,234.56 USD."]


def test_one_that_the_playbook_keeps_may_go_and_is_warned_of() -> None:
    case, ruling = a_case(), decided(without=("shipping_documentation", "receipt"))
    filed(case, ruling)
    (warning,) = verdict.warn(case, ruling)
    assert warning == "Exhibit A, Shipping and delivery record, answers this claim; it is filed without it."
    assert verdict.warn(case, decided(without=("receipt",))) == ()


@pytest.mark.parametrize("decision", ["reject", "accept_loss", "redraft"])
def test_what_files_nothing_leaves_nothing_out(decision: str) -> None:
    (problem,) = verdict.check(a_case(), decided(decision=decision, without=("receipt",)))
    assert problem == "Exhibits are left out of an answer that is filed; this decision files none."


def test_an_agent_inbox_leaves_exhibits_out_by_a_list() -> None:
    def edited(without: str) -> JsonValue:
        return [{"type": "edit", "args": {"action": "file", "args": {"decision": "approve", "without": without}}}]

    assert verdict.parse(edited('["receipt"]'), NOON).without == ("receipt",)
    assert verdict.parse(edited(""), NOON).without == ()
    for value in ("receipt", '"receipt"', "[7]"):
        with pytest.raises(Invalid):
            verdict.parse(edited(value), NOON)

"""What earlier payments add to a packet, and what the reviewer is told when they add nothing."""

from disputes.case import Case, Packet
from disputes.evidence import Evidence, build_fact
from disputes.packet import assembly
from disputes.review.agent_inbox import describe
from tests.builders import BOOKS, a_letter, everything
from tests.disputes.ce3.payments import a_fraud, a_history, a_payment, inside

KNOWN = {"customer_purchase_ip": "203.0.113.7", "customer_device_id": "device-0123456789"}
PLAYBOOK = BOOKS.of("fraudulent")


def a_pair(**changes):
    priors = [a_payment(f"ch_{n}", days=130 + n, **KNOWN) for n in (1, 2)]
    return a_history(*priors, **{**KNOWN, **changes})


def a_case(history=None, **changes):
    return Case(dispute=a_fraud(**changes), evidence=everything().plus(Evidence(history=history)))


def drafted(case):
    return assembly.build(case, a_letter(), PLAYBOOK)


def test_two_earlier_payments_stand_beside_the_ordinary_fields():
    case = a_case(a_pair())
    built, plain = drafted(case), drafted(a_case())
    priors = inside(built.enhanced)["prior_undisputed_transactions"]
    assert [row["charge"] for row in priors] == ["ch_1", "ch_2"]
    assert (built.fields, built.sheets, built.findings) == (plain.fields, plain.sheets, ())
    assert "ch_1 and ch_2 share" in built.ce3


def test_what_was_missing_is_named_and_the_ordinary_fields_are_filled_all_the_same():
    built = drafted(a_case(a_pair(product_description="")))
    assert (built.enhanced, built.fields) == ({}, drafted(a_case()).fields)
    assert [(f.datum, f.charge) for f in built.findings] == [("product_description", "ch_disputed")]


def test_a_pair_stripe_would_not_take_now_is_told_and_not_sent():
    for changes in ({"eligible": ()}, {"status": "under_review"}):
        built = drafted(a_case(a_pair(), **changes))
        assert built.enhanced == {}
        assert "ch_1 and ch_2 share" in built.ce3
        assert "does not offer" in built.ce3


def test_a_case_that_was_not_looked_into_says_nothing_of_it():
    built = drafted(a_case())
    assert (built.enhanced, built.ce3, built.findings) == ({}, "", ())


def test_the_sort_of_purchase_may_be_known_from_elsewhere():
    unsorted = a_pair().model_copy(update={"sort": None})
    known = Evidence(facts=(build_fact("product_type", "digital", "policy:merchant"),), history=unsorted)
    built = assembly.add_ce3(Packet(), Case(dispute=a_fraud(), evidence=known))
    assert inside(built.enhanced)["disputed_transaction"]["merchandise_or_services"] == "services"
    silent = assembly.add_ce3(Packet(), Case(dispute=a_fraud(), evidence=Evidence(history=unsorted)))
    assert [finding.datum for finding in silent.findings] == ["merchandise_or_services"]


def test_the_reviewer_reads_what_was_missing_and_what_to_store_next_time():
    case = a_case(a_pair(product_description=""))
    shown = describe(case.model_copy(update={"packet": drafted(case)}))
    assert "## Enhanced evidence" in shown
    assert "does not say what was bought. Describe each payment" in shown


def test_a_case_survives_being_written_down():
    case = a_case(a_pair())
    whole = case.model_copy(update={"packet": drafted(case)})
    assert Case.model_validate_json(whole.model_dump_json()) == whole


def test_a_case_written_down_before_there_was_any_of_this_still_reads():
    old = a_case().model_copy(update={"packet": Packet(fields={"customer_name": "Ida"})}).model_dump(mode="json")
    for part, names in {
        "dispute": ("enhanced", "eligibility", "appeal"),
        "evidence": ("history",),
        "packet": ("enhanced", "ce3", "findings"),
    }.items():
        for name in names:
            del old[part][name]
    read = Case.model_validate(old)
    assert read.evidence.history is None
    assert read.packet == Packet(fields={"customer_name": "Ida"})

"""The classifier: what the assessment holds and what moves its confidence."""

from agents import classifier
from disputes.evidence import Evidence
from tests.builders import BOOKS, a_dispute, a_gap, everything, on_record, sample

RECEIVED = BOOKS.of("product_not_received")


def assessed(evidence, **changes):
    return classifier.assess(a_dispute(**changes), evidence, RECEIVED)


def test_an_assessment_says_what_it_is_made_of_and_that_it_is_uncalibrated():
    assessment = assessed(everything(), network_code="13.1")
    assert assessment.confidence == 1.0
    assert assessment.calibrated is False
    assert [part.name for part in assessment.parts] == ["proof", "fit"]
    assert assessment.playbook == f"product_not_received@{RECEIVED.version}"


def test_the_networks_code_tells_what_is_really_claimed():
    assert assessed(everything(), network_code="13.9").sub_reason == "cash or load value not received"
    assert assessed(everything(), network_code="13.9").claim != RECEIVED.claim
    assert assessed(everything()).sub_reason is None
    assert assessed(everything()).claim == RECEIVED.claim


def test_a_case_is_decided_only_by_a_point_that_can_win_alone():
    assert not assessed(on_record("product_type amount_paid paid_at delivered_at")).decided
    assert assessed(on_record("product_type delivered_at tracking_number")).decided


def test_a_reason_without_decisive_points_is_always_decided():
    assert classifier.assess(a_dispute(reason="check_returned"), Evidence(), BOOKS.of("check_returned")).decided == (
        not any(point.decisive for point in BOOKS.of("check_returned").points)
    )


def test_what_is_missing_and_what_speaks_against_us_is_named():
    hurt = on_record("product_type").plus(
        Evidence(facts=(sample("not_shipped"),), gaps=(a_gap(), a_gap("b", fatal=False)))
    )
    assessment = assessed(hurt)
    assert assessment.missing == ("arrived", "b")
    assert (assessment.fatal, assessment.adverse) == (("arrived",), ("not_shipped",))
    assert [harm.name for harm in assessment.harms] == ["not_shipped"]


def test_points_of_another_kind_of_product_do_not_count():
    assert "used" not in assessed(everything("physical")).proven
    assert "arrived" not in assessed(everything("digital")).proven

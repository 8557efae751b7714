"""Recorded answers served as a model: false claims are found and cut, sound ones are kept."""

import pytest

from disputes.case import Claim, Rebuttal
from disputes.letter import grounding
from evals import recorded_letters, writers
from evals.harness import build_harness
from evals.play import play
from evals.scoring.score import score_case
from evals.writers import WriterChoice
from tests.evals.builders import ALL, with_letter

RECORDED = recorded_letters.load()
FALSE_CLAIMS = {
    (letter.case, number) for letter in RECORDED.values() for number, claim in enumerate(letter.claims) if claim.wrong
}
# Sound claims that the checker objects to today. `xfail` is strict, so a repaired one has to leave this list.
FALSE_ALARMS = {
    "fraudulent-physical-1-strong": "'payments that nobody disputed' is taken to deny 'earlier undisputed payments'",
    "general-digital-3-strong": "'used after the payment' is not worked out from the two days that are cited",
}


def letters():
    """Yield every letter by its case; one with a known false alarm is expected to fail."""
    for case_id in sorted(RECORDED):
        why = FALSE_ALARMS.get(case_id)
        yield pytest.param(case_id, marks=[pytest.mark.xfail(reason=why)] if why else [])


@pytest.fixture(scope="module")
async def answered():
    async with writers.open_harness(WriterChoice("recorded")) as harness:
        chosen = writers.select_cases(WriterChoice("recorded"), tuple(ALL.values()))
        return {played.case.id: played async for played in play(chosen, harness)}


def test_recorded_letters_belong_to_cases_and_some_hold_false_claims():
    assert set(RECORDED) <= set(ALL)
    assert len(RECORDED) >= 24
    assert 12 <= len(FALSE_CLAIMS) < sum(len(letter.claims) for letter in RECORDED.values()) / 2


@pytest.mark.parametrize("case_id", list(letters()))
async def test_code_finds_the_false_claims_and_no_others(case_id, answered):
    letter = RECORDED[case_id]
    rebuttal = Rebuttal(claims=tuple(Claim(text=claim.text, facts=claim.facts) for claim in letter.claims))
    violations = {
        violation.claim: violation.what for violation in grounding.check(rebuttal, answered[case_id].result.evidence)
    }
    assert set(violations) == {number for number, claim in enumerate(letter.claims) if claim.wrong}, violations


@pytest.mark.parametrize("case_id", sorted(RECORDED))
async def test_false_claims_are_never_sent(case_id, answered):
    result = answered[case_id].result
    sent = {claim.text for claim in result.rebuttal.claims}
    assert not sent & {claim.text for claim in RECORDED[case_id].claims if claim.wrong}
    assert result.rebuttal.writer == "recorded"
    assert not score_case(answered[case_id], "recorded").unsupported


async def test_the_same_letters_sent_unchecked_are_counted(answered):
    counted = {
        (case_id, int(sentence.removeprefix("claim ").partition(":")[0]) - 1)
        for case_id, played in answered.items()
        for sentence in score_case(
            with_letter(played, *((claim.text, list(claim.facts)) for claim in RECORDED[case_id].claims))
        ).unsupported
    }
    assert counted >= FALSE_CLAIMS
    assert len(counted) <= len(FALSE_CLAIMS) + len(FALSE_ALARMS)


async def test_usage_is_counted(answered):
    scores = [score_case(played, "recorded") for played in answered.values()]
    assert all(score.tokens > 0 for score in scores)


async def test_an_unreachable_model_counts_as_replaced():
    choice = WriterChoice("model", model="nobody", base_url="http://127.0.0.1:9/v1")
    async with writers.open_harness(choice) as harness:
        scores = [
            score_case(played, harness.name) async for played in play([ALL["duplicate-physical-1-strong"]], harness)
        ]
    assert [score.replaced for score in scores] == [True]
    assert scores[0].claims


def test_the_built_in_writer_is_that_of_the_harness():
    assert build_harness().name == "built-in"

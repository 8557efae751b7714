"""Letters written by hand in the manner of larger models, some of which lie: grounding finds every lie."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from disputes.case import Claim, Rebuttal
from disputes.letter import grounding
from disputes.model import Strict
from evals import writers
from evals.harness import build_harness
from evals.play import play
from evals.scoring.score import score_case
from evals.writers import WriterChoice
from tests.evals.builders import ALL, with_letter

FOLDER = Path(__file__).parents[1] / "recordings" / "letters" / "recorded"


class RecordedClaim(Strict):
    """A claim of a recorded letter; `wrong` is what code must find in it, and is empty for a sound claim."""

    text: str
    facts: tuple[str, ...]
    wrong: str = ""


class RecordedLetter(Strict):
    """A letter over the evidence of one case."""

    case: str
    note: str
    claims: tuple[RecordedClaim, ...]


def read() -> Iterator[RecordedLetter]:
    """Yield every recorded letter."""
    for path in sorted(FOLDER.glob("*.json")):
        yield RecordedLetter.model_validate_json(path.read_text("utf-8"))


RECORDED = {letter.case: letter for letter in read()}
LIES = {(letter.case, number) for letter in RECORDED.values() for number, c in enumerate(letter.claims) if c.wrong}
SOUND = {(letter.case, number) for letter in RECORDED.values() for number, c in enumerate(letter.claims) if not c.wrong}
# Sound claims that grounding objects to today, by case and number; a repaired one has to leave this list.
FALSE_ALARMS = {
    ("product_not_received-physical-2-strong", 2): "the order of the day and the address of delivery is not followed",
    ("product_unacceptable-digital-1-strong", 0): "a reviewer is asked about what it says of the product",
}


@pytest.fixture(scope="module")
async def answered():
    chosen = [ALL[case_id] for case_id in sorted(RECORDED)]
    return {played.case.id: played async for played in play(chosen, build_harness())}


@pytest.fixture(scope="module")
def objected(answered):
    """The claims that grounding objects to, by case and number, and why."""
    return {
        (case_id, violation.claim): violation.what
        for case_id, letter in RECORDED.items()
        for violation in grounding.check(
            Rebuttal(claims=tuple(Claim(text=claim.text, facts=claim.facts) for claim in letter.claims)),
            answered[case_id].result.evidence,
        )
    }


def test_recorded_letters_belong_to_cases_and_some_lie():
    assert set(RECORDED) <= set(ALL)
    assert len(RECORDED) >= 24
    assert 12 <= len(LIES) < len(SOUND)


async def test_grounding_finds_every_lie(objected):
    assert sorted(LIES - set(objected)) == []


async def test_the_sound_claims_that_are_objected_to_are_those_that_are_named(objected):
    assert {at: why for at, why in objected.items() if at in SOUND and at not in FALSE_ALARMS} == {}
    assert sorted(set(FALSE_ALARMS) - set(objected)) == []


async def test_the_same_letters_sent_unchecked_are_counted(answered):
    counted = {
        (case_id, int(sentence.removeprefix("claim ").partition(":")[0]) - 1)
        for case_id, played in answered.items()
        for sentence in score_case(
            with_letter(played, *((claim.text, list(claim.facts)) for claim in RECORDED[case_id].claims))
        ).unsupported
    }
    assert counted >= LIES
    assert counted <= LIES | set(FALSE_ALARMS)


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

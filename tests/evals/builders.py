"""Played cases for the tests of scoring."""

from collections.abc import Iterable
from dataclasses import replace

from disputes.case import Claim, Rebuttal
from evals import case as cases
from evals.harness import build_harness
from evals.play import PlayedEvalCase, play

ALL = {case.id: case for case in cases.load()}
STRONG = "product_not_received-physical-1-strong"


async def play_case(case_id=STRONG, *, harness=None):
    """Play one case to its route."""
    async for played in play([ALL[case_id]], harness or build_harness()):
        return played
    raise AssertionError(case_id)


def with_letter(played: PlayedEvalCase, *claims: tuple[str, list[str]]) -> PlayedEvalCase:
    """Return the case with a letter of these claims."""
    return with_claims(played, tuple(Claim(text=text, facts=tuple(facts)) for text, facts in claims))


def with_claims(played: PlayedEvalCase, claims: Iterable[Claim]) -> PlayedEvalCase:
    """Return the case with a letter of these claims, each in its paragraph."""
    letter = Rebuttal(claims=tuple(claims))
    return replace(played, result=played.result.model_copy(update={"rebuttal": letter}))


def with_route(played: PlayedEvalCase, **changes) -> PlayedEvalCase:
    """Return the case with these changes to its route."""
    assert played.result.route
    return replace(
        played, result=played.result.model_copy(update={"route": played.result.route.model_copy(update=changes)})
    )


def claims_of(played: PlayedEvalCase) -> tuple[Claim, ...]:
    return played.result.rebuttal.claims if played.result.rebuttal else ()

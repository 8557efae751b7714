"""Played cases for the tests of the judge."""

from dataclasses import replace

from disputes.case import Claim, Rebuttal
from evals import case as cases
from evals import harness
from evals.play import PlayedCase, play

ALL = {case.id: case for case in cases.load()}
STRONG = "product_not_received-physical-1-strong"


async def played(case_id=STRONG, *, ground=None):
    """One case played to its route."""
    async for one in play([ALL[case_id]], ground or harness.build()):
        return one
    raise AssertionError(case_id)


def saying(one: PlayedCase, *claims: tuple[str, list[str]]) -> PlayedCase:
    """The same case as if the letter had said this."""
    letter = Rebuttal(claims=tuple(Claim(text=text, facts=tuple(facts)) for text, facts in claims))
    return replace(one, end=one.end.model_copy(update={"rebuttal": letter}))


def routed(one: PlayedCase, **changes) -> PlayedCase:
    """The same case as if the router had chosen so."""
    assert one.end.route
    return replace(one, end=one.end.model_copy(update={"route": one.end.route.model_copy(update=changes)}))


def letter(one: PlayedCase) -> tuple[Claim, ...]:
    return one.end.rebuttal.claims if one.end.rebuttal else ()

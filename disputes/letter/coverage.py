"""Which points of a playbook a letter makes. Pure."""

from string import Formatter

from disputes.case import Claim, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, render
from disputes.evidence.kinds import form
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.tokens import Token
from disputes.playbook import Playbook, Point


def makes_point(rebuttal: Rebuttal, evidence: Evidence, point: Point) -> bool:
    """Check that one claim of the letter cites all that proves a point and states each value of its sentence.

    False for a point that is not proven. Whether the claim is true is what `grounding.check` finds out.
    """
    proof = point.find_proof(evidence)
    return proof is not None and any(_makes_point(claim, point, proof) for claim in rebuttal.claims)


def find_missing_points(
    dispute: Dispute, rebuttal: Rebuttal, evidence: Evidence, playbook: Playbook
) -> tuple[str, ...]:
    """Return the name of each required point that is proven and that no claim makes, in the playbook's order.

    Where decisive points are proven and no claim makes any of them, the first of them is included.
    """
    proven = [point for point in playbook.find_points(dispute, evidence) if point.find_proof(evidence)]
    decisive = [point for point in proven if point.decisive]
    missing = {point.name for point in proven if point.required and not makes_point(rebuttal, evidence, point)}
    if decisive and not any(makes_point(rebuttal, evidence, point) for point in decisive):
        missing.add(decisive[0].name)
    return tuple(point.name for point in proven if point.name in missing)


def _makes_point(claim: Claim, point: Point, proof: tuple[Fact, ...]) -> bool:
    named = {name for _, name, _, _ in Formatter().parse(point.sentence)}
    # A flag follows from the other facts; it has no words of its own that a claim could cite.
    if not {fact.id for fact in proof if not isinstance(fact.value, bool)} <= set(claim.facts):
        return False
    stated = {each.value for each in tokens.read(claim.text)} | {
        ("mark", str(n.value)) for n in numerals.read(claim.text)
    }
    words = set(tokens.split_words(claim.text))
    return all(_is_stated(fact, stated, words) for fact in proof if fact.kind in named)


def _is_stated(fact: Fact, stated: set[Token], words: set[str]) -> bool:
    """Check that a value is stated. Of a longer text half is enough: a letter may shorten an address or a title."""
    if isinstance(fact.value, bool):
        return True
    fact_tokens = set(tokens.tokenize_facts([fact]))
    if form(fact.kind) == "time":
        return any(token[0] == "date" and token in stated for token in fact_tokens)
    if form(fact.kind) != "text":
        return bool(fact_tokens & stated)
    figures = [token for token in fact_tokens if token[0] != "word" and not _is_whole(token, fact)]
    parts = tokens.split_words(render(fact)) + figures
    present = [part for part in parts if (part in words if isinstance(part, str) else part in stated)]
    return len(present) * 2 >= len(parts) if parts else True


def _is_whole(token: Token, fact: Fact) -> bool:
    """Check whether a token stands for a text of several parts as one, which no letter writes."""
    whole = token == ("mark", str(fact.value).casefold())
    return whole and token not in {each.value for each in tokens.read(render(fact))}

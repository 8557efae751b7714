"""Which points of a playbook a letter makes. Pure."""

from string import Formatter

from disputes.case import Claim, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, render
from disputes.evidence.kinds import form
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.tokens import Token
from disputes.playbook import Playbook, Point


def made(rebuttal: Rebuttal, evidence: Evidence, point: Point) -> bool:
    """Tell whether one claim of the letter cites all that proves a point and states each value of its sentence.

    False for a point that is not proven. Whether the claim is true is `grounding.check`'s to say.
    """
    proof = point.find_proof(evidence)
    return proof is not None and any(_makes(claim, point, proof) for claim in rebuttal.claims)


def unmade(dispute: Dispute, rebuttal: Rebuttal, evidence: Evidence, playbook: Playbook) -> tuple[str, ...]:
    """Name each required point that is proven and that no claim makes, in the playbook's order.

    Where decisive points are proven and no claim makes any of them, the first of them is named as well.
    """
    proven = [point for point in playbook.find_points(dispute, evidence) if point.find_proof(evidence)]
    decisive = [point for point in proven if point.decisive]
    lacking = {point.name for point in proven if point.required and not made(rebuttal, evidence, point)}
    if decisive and not any(made(rebuttal, evidence, point) for point in decisive):
        lacking.add(decisive[0].name)
    return tuple(point.name for point in proven if point.name in lacking)


def _makes(claim: Claim, point: Point, proof: tuple[Fact, ...]) -> bool:
    named = {name for _, name, _, _ in Formatter().parse(point.sentence)}
    # A flag says what the other facts come to; it has no words of its own to rest on.
    if not {fact.id for fact in proof if not isinstance(fact.value, bool)} <= set(claim.facts):
        return False
    said = {found.token for found in tokens.read(claim.text)} | {
        ("mark", str(n.value)) for n in numerals.read(claim.text)
    }
    words = set(tokens.split(claim.text))
    return all(_states(fact, said, words) for fact in proof if fact.kind in named)


def _states(fact: Fact, said: set[Token], words: set[str]) -> bool:
    """Tell whether a value is said. Of a longer text half is enough: a letter may shorten an address or a title."""
    if isinstance(fact.value, bool):
        return True
    known = set(tokens.known([fact]))
    if form(fact.kind) == "time":
        return any(token[0] == "date" and token in said for token in known)
    if form(fact.kind) != "text":
        return bool(known & said)
    parts = tokens.split(render(fact)) + [token for token in known if token[0] != "word" and not _is_whole(token, fact)]
    held = [part for part in parts if (part in words if isinstance(part, str) else part in said)]
    return len(held) * 2 >= len(parts) if parts else True


def _is_whole(token: Token, fact: Fact) -> bool:
    """Tell the token that stands for a text of several parts as one: nobody says it so."""
    return token == ("mark", str(fact.value).casefold()) and token not in {f.token for f in tokens.read(render(fact))}

"""Reading what Rebut answered in a played case: its way, the evidence items filed, and the letter."""

import re
from collections.abc import Iterator

from disputes.case import Case, Packet, Sheet
from disputes.evidence import Fact, render
from evals.case import CaseFact
from evals.chargeback_ops.answer_key import EvidenceItem, OpsCase, Way
from evals.chargeback_ops.grader import Answer
from evals.play import PlayedEvalCase

_WAYS: dict[str, Way] = {"submit": "contest", "accept": "accept", "record": "accept"}
_LONG_WORD = 4  # shorter words say nothing of their source


def read_answer(ops: OpsCase, played: PlayedEvalCase) -> Answer:
    """Return what was answered; items and letter are empty for a case that nothing was filed in."""
    way = _WAYS.get(played.route.action, "wait")
    case = played.result
    letter = case.rebuttal.claims if case.rebuttal and way == "contest" else ()
    repeated = len(letter) - len({claim.text for claim in letter})
    cut = sum(note.startswith("cut claim") for note in case.rebuttal.notes) if case.rebuttal else 0
    return Answer(
        way=way,
        filed=drafted(ops, case) if way == "contest" else frozenset(),
        wasted=repeated + cut,
        systems=len({record.system for record in ops.case.records}),
        note=" ".join(claim.text for claim in letter),
        harmful_words=find_harmful_words(ops),
    )


def drafted(ops: OpsCase, case: Case) -> frozenset[str]:
    """Return the names of the items in a draft's fields, sheets or letter, whether or not it was filed.

    Of a harmful item any part counts, of another one all parts must be there.
    """
    text = _normalize(" \n ".join(_texts(case)))
    cited = {fact_id for claim in (case.rebuttal.claims if case.rebuttal else ()) for fact_id in claim.facts}
    shown = [fact for fact in case.evidence.facts if fact.id in cited or _stands(fact, text)]
    return frozenset(item.name for item in ops.key.items if _is_shown(item, shown, text))


def _stands(fact: Fact, text: str) -> bool:
    """Check whether a fact's value stands in a text; a count or a flag proves nothing, since any text may hold it."""
    value = _normalize(render(fact))
    return len(value) >= _LONG_WORD and value in text


def _is_shown(item: EvidenceItem, shown: list[Fact], text: str) -> bool:
    kinds = {fact.kind for fact in shown if item.mark in str(fact.value)}
    if item.bearing == "harmful":
        return bool(kinds & set(item.kinds)) or (bool(item.mark) and _normalize(item.mark) in text)
    return set(item.kinds) <= kinds


def find_harmful_words(ops: OpsCase) -> frozenset[str]:
    """Return the words of harmful items, of four letters or more, that no other record holds."""
    harmful = [item for item in ops.key.items if item.bearing == "harmful"]
    bad, good = set[str](), set[str]()
    for record in ops.case.records:
        (bad if any(_belongs(record, item) for item in harmful) else good).update(_words(str(record.value)))
    return frozenset(bad - good)


def _belongs(record: CaseFact, item: EvidenceItem) -> bool:
    return record.kind in item.kinds and item.mark in str(record.value)


def _texts(case: Case) -> Iterator[str]:
    """Yield every text of the draft: letter, fields, and what the exhibits show."""
    yield from (claim.text for claim in (case.rebuttal.claims if case.rebuttal else ()))
    packet = case.packet or Packet()
    yield from packet.fields.values()
    yield str(packet.enhanced)
    for sheet in packet.sheets:
        yield from _sheet_texts(sheet)


def _sheet_texts(sheet: Sheet) -> Iterator[str]:
    yield from (sheet.title, sheet.about)
    yield from (cell for row in sheet.rows for cell in row)
    for section in sheet.sections:
        yield from (section.title, section.text, *section.heads)
        yield from (cell for row in section.rows for cell in row)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W_]+", text.casefold()) if len(word) >= _LONG_WORD}


def _normalize(text: str) -> str:
    return " ".join(text.casefold().split())

"""The shape of a case: what a model sees that chooses the words of a letter, with no value and no text of it. Pure."""

from collections import Counter
from collections.abc import Iterator

from pydantic import JsonValue

from disputes.case import Case
from disputes.evidence.kinds import label, sort
from disputes.letter.argument import Argument, Paragraph
from disputes.letter.templates import Template, Templates
from disputes.playbook import PRODUCTS, Playbook


def describe(case: Case, playbook: Playbook, argument: Argument, templates: Templates) -> dict[str, JsonValue]:
    """Return reason, code, stage, product, kinds, relations, counts, and the paragraphs with the phrasings to choose.

    A phrasing is the template's own text, its slots unfilled.
    """
    evidence = case.evidence
    helping = [fact for fact in evidence.facts if fact.bearing == "helps"]
    counts = Counter(sort(fact.kind) for fact in {fact.about: fact for fact in helping}.values())
    product = next((str(f.value) for f in evidence.of("product_type") if f.value in PRODUCTS), "")
    return {
        "reason": playbook.reason,
        "code": case.dispute.network_code if playbook.find_sub_reason(case.dispute.network_code) else None,
        "stage": case.dispute.stage,
        "product": product,
        "kinds": [{"kind": kind, "what": label(kind)} for kind in dict.fromkeys(fact.kind for fact in helping)],
        "relations": [{"name": relation.name, "answer": relation.answer} for relation in evidence.relations],
        "entities": dict(sorted(counts.items())),
        "paragraphs": [_describe(p.topic, list(_used(p, templates))) for p in argument.paragraphs],
    }


def _describe(topic: str, used: list[Template]) -> JsonValue:
    sentences: list[JsonValue] = [{"template": t.name, "phrasings": list(t.phrasings)} for t in used]
    return {"topic": topic, "sentences": sentences}


def _used(paragraph: Paragraph, templates: Templates) -> Iterator[Template]:
    for template_id in dict.fromkeys(line.template.rpartition("/")[0] for line in paragraph.lines):
        if template := templates.find(template_id):
            yield template

"""Whether a letter is what signed templates make of the evidence: a thread's state is data, not permission. Pure."""

from collections.abc import Iterator

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence
from disputes.letter import exhibit_marks, sentences
from disputes.letter.grounding import Violation
from disputes.letter.templates import Templates


def find_foreign(rebuttal: Rebuttal, evidence: Evidence, templates: Templates) -> Iterator[str]:
    """Yield why a sentence of a letter is no signed template's over this evidence, for each that is not."""
    for number, claim in enumerate(rebuttal.claims, 1):
        if not _is_rendered(claim, evidence, templates):
            yield f"Sentence {number} of the letter is no signed template's, so a person has to read it."


def answers_for(rebuttal: Rebuttal, violation: Violation) -> bool:
    """Check whether somebody answers for what no rule can judge in a sentence: who signed its template, or a reviewer.

    That a sentence is its template's is what `find_foreign` finds out.
    """
    claims = rebuttal.claims[violation.claim : violation.claim + 1]
    return violation.undecidable and any(claim.template or claim.attested_by for claim in claims)


def _is_rendered(claim: Claim, evidence: Evidence, templates: Templates) -> bool:
    name, _, number = claim.template.rpartition("/")
    template = templates.find(name)
    if template is None or not number.isdecimal() or int(number) >= len(template.phrasings):
        return False
    if claim.topic != template.topic or not set(claim.fields) <= _fields(template.topic, templates):
        return False
    texts = {(s.text, s.facts) for s in sentences.render(template, evidence, phrasing=int(number))}
    return any(claim.facts == facts and is_same(claim.text, text) for text, facts in texts)


def _fields(name: str, templates: Templates) -> set[str]:
    """Return the text fields that may repeat a topic's sentences."""
    return {field for topic in templates.topics if topic.topic == name for field in topic.fields}


def is_same(text: str, rendered: str) -> bool:
    """Check that a text is a rendered sentence, with whichever exhibit named in it."""
    marks = exhibit_marks.find(text)
    return text in {sentences.name_exhibit(rendered, mark) for mark in ("", *marks[-1:])}

"""Sentences that nobody signed: a model's free draft over slots, rendered for a reviewer and never filed by itself."""

from collections.abc import Iterator

from pydantic import ValidationError

from disputes import text
from disputes.case import Claim
from disputes.errors import Invalid
from disputes.evidence import Evidence
from disputes.letter import sentences
from disputes.letter.templates import Template

MAX_CHARACTERS = 1_000


def build(topic: str, written: str) -> Template | None:
    """Return the template of a drafted sentence, or None where it is no template: bad markup, or an unknown kind."""
    try:
        return Template(
            name="draft", version=1, topic=text.line(topic), phrasings=(text.line(written, limit=MAX_CHARACTERS),)
        )
    except (Invalid, ValidationError):
        return None


def render(topic: str, written: str, evidence: Evidence) -> Iterator[Claim]:
    """Yield the drafted sentence with the values of the evidence; nothing where it rests on what is not on record."""
    if template := build(topic, written):
        for sentence in sentences.render(template, evidence, phrasing=0):
            text = sentences.name_exhibit(sentence.text, "")
            yield Claim(text=text, facts=sentence.facts, topic=template.topic)

"""What may be chosen of an argument, by a model: the order of its paragraphs, and their phrasings. Pure."""

from collections.abc import Mapping
from itertools import chain

from pydantic import Field

from disputes.evidence import Evidence
from disputes.letter import sentences
from disputes.letter.argument.paragraphs import MAX_WORDS, Argument, Line, Paragraph, Parts
from disputes.letter.templates import Templates
from disputes.model import Value


class Choice(Value):
    """What may be chosen of an argument: the order of the paragraphs after the first, and phrasings of templates.

    `order` holds topics, `phrasings` the number of a phrasing by its template's name; the rest stays with code.
    """

    order: tuple[str, ...] = ()
    phrasings: Mapping[str, int] = Field(default_factory=dict)


def apply(choice: Choice, parts: Parts, evidence: Evidence, templates: Templates) -> Parts:
    """Return the parts as they were chosen: what is told is decided before, and no choice changes it."""
    opening, body, closing = parts
    wanted = {topic: number for number, topic in enumerate(choice.order)}
    ordered = (*body[:1], *sorted(body[1:], key=lambda paragraph: wanted.get(paragraph.topic, len(wanted))))
    own = (opening, ordered, closing)
    phrased = [tuple(_rephrase(paragraph, choice, evidence, templates) for paragraph in part) for part in own]
    words = Argument(paragraphs=tuple(chain.from_iterable(phrased))).words
    allowed = max(MAX_WORDS, Argument(paragraphs=tuple(chain.from_iterable(own))).words)
    return (phrased[0], phrased[1], phrased[2]) if words <= allowed else own


def _rephrase(paragraph: Paragraph, choice: Choice, evidence: Evidence, templates: Templates) -> Paragraph:
    lines = tuple(_rephrase_line(line, choice, evidence, templates) for line in paragraph.lines)
    return paragraph.model_copy(update={"lines": lines})


def _rephrase_line(line: Line, choice: Choice, evidence: Evidence, templates: Templates) -> Line:
    """Return a sentence in the phrasing that was chosen, where that cites the same facts."""
    template = templates.find(line.template.rpartition("/")[0])
    number = choice.phrasings.get(template.name) if template else None
    if template is None or number is None or not 0 <= number < len(template.phrasings):
        return line
    rendered = sentences.render(template, evidence, phrasing=number)
    same = next((sentence for sentence in rendered if set(sentence.facts) == set(line.sentence.facts)), None)
    return line.model_copy(update={"template": f"{template.id}/{number}", "sentence": same}) if same else line

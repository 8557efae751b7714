"""Which exhibit a paragraph names, and which paragraphs stand together. Pure."""

from collections.abc import Iterable, Sequence

from disputes.case import Sheet
from disputes.letter.argument.paragraphs import Paragraph
from disputes.letter.templates import Topic
from disputes.playbook import Playbook


def name_exhibit(paragraph: Paragraph, topic: Topic, playbook: Playbook, sheets: Sequence[Sheet]) -> Paragraph:
    """Return a paragraph that names in its first sentence the exhibit which shows it."""
    first, *others = paragraph.lines
    named = first.model_copy(update={"mark": _find_exhibit(paragraph, topic, playbook, sheets)})
    return paragraph.model_copy(update={"lines": (named, *others)})


def join_short(paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the paragraphs, those of one sentence or without an exhibit joined to the one before them.

    The first of the body stands alone, unless what follows has no exhibit of its own.
    """
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        bare = not all(map(_names_exhibit, (paragraph, *joined[-1:])))
        if joined and (bare or (len(paragraph.lines) == 1 and len(joined) > 1)):
            joined[-1] = joined[-1].model_copy(update={"lines": (*joined[-1].lines, *paragraph.lines)})
        else:
            joined.append(paragraph)
    return tuple(joined)


def _names_exhibit(paragraph: Paragraph) -> bool:
    return any(line.mark for line in paragraph.lines)


def _find_exhibit(paragraph: Paragraph, topic: Topic, playbook: Playbook, sheets: Sequence[Sheet]) -> str:
    """Return the mark of the exhibit that shows a paragraph: the topic's own, or the one that shows most of it."""
    marks = {sheet.field: sheet.mark for sheet in sheets}
    shown = {rule.field: len(paragraph.kinds & set(rule.rows)) for rule in playbook.exhibits if rule.field in marks}
    own = (field for field in topic.exhibits if shown.get(field, field in marks))
    best = max(shown, key=lambda field: shown[field], default="")
    chosen = next(own, best if shown.get(best) else "")
    return marks.get(chosen, "")

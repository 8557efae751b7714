"""The argument of a letter: which paragraphs it has, in which order, with which sentences. Pure.

Code decides it from reason, network code, product, stage and what is on record. It opens with what is disputed, what
the cardholder says and our answer; then come the paragraphs in the order of the bank's questions under the code and of
the playbook's weights, each with the exhibit that shows it; it closes with what we ask for. `Choice` is all that a
model may decide.
"""

from collections.abc import Sequence

from disputes.case import Sheet
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.letter.argument import choices
from disputes.letter.argument.choices import Choice
from disputes.letter.argument.layout import join_short, name_exhibit
from disputes.letter.argument.paragraphs import MAX_PARAGRAPHS, MAX_WORDS, Argument, Line, Paragraph
from disputes.letter.argument.planner import Planner, write
from disputes.letter.argument.shortening import shorten
from disputes.letter.templates import Templates
from disputes.playbook import Playbook

__all__ = ["MAX_PARAGRAPHS", "MAX_WORDS", "Argument", "Choice", "Line", "Paragraph", "plan"]


def plan(  # noqa: PLR0913 - all that a letter rests on
    dispute: Dispute,
    evidence: Evidence,
    playbook: Playbook,
    templates: Templates,
    sheets: Sequence[Sheet],
    *,
    choice: Choice | None = None,
) -> Argument:
    """Plan the argument from the signed templates; `sheets` are the exhibits that the packet is going to have.

    It has no paragraph where nothing is on record that answers the claim.
    """
    planner = Planner(dispute, evidence, playbook)
    body = sorted(write(planner, templates, "body"), key=lambda each: (each.rank, -each.weight))
    leading = body[0].topic if body else ""
    opening = tuple(write(planner, templates, "opening", leading=leading))
    closing = tuple(write(planner, templates, "closing"))
    if not body:
        return Argument()
    kept = shorten(planner, opening, body, closing)
    if Argument(paragraphs=(*opening, *kept, *closing)).words > MAX_WORDS:
        closing = tuple(paragraph.model_copy(update={"lines": paragraph.lines[:1]}) for paragraph in closing)
    whole = (opening, kept, closing)
    opening, shortened, closing = choices.apply(choice or Choice(), whole, evidence, templates)
    topics = {topic.topic: topic for topic in templates.topics}
    named = [name_exhibit(paragraph, topics[paragraph.topic], playbook, sheets) for paragraph in shortened]
    return Argument(paragraphs=(*opening, *join_short(named), *closing))

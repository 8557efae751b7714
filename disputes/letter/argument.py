"""The argument of a letter: which paragraphs it has, in which order, with which sentences. Pure.

Code decides it from reason, network code, product, stage and what is on record. It opens with what is disputed, what
the cardholder says and our answer; then come the paragraphs in the order of the bank's questions under the code and of
the playbook's weights, each with the exhibit that shows it; it closes with what we ask for. `Choice` is all that a
model may decide.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from pydantic import Field

from disputes.case import Claim, Sheet
from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.letter import sentences
from disputes.letter.sentences import Rendered
from disputes.letter.templates import Template, Templates, Topic
from disputes.model import Value
from disputes.playbook import Playbook

MAX_PARAGRAPHS = 5
MAX_WORDS = 340
"""Of a letter without its list of exhibits: what a bank's analyst reads in two minutes."""


class Choice(Value):
    """What may be chosen of an argument: the order of the paragraphs after the first, and phrasings of templates.

    `order` holds topics, `phrasings` the number of a phrasing by its template's name; the rest stays with code.
    """

    order: tuple[str, ...] = ()
    phrasings: Mapping[str, int] = Field(default_factory=dict)


class Line(Value):
    """One sentence of a paragraph with the template it is from, the fields that repeat it, and its exhibit's mark."""

    template: str
    sentence: Rendered
    fields: tuple[str, ...] = ()
    mark: str = ""


class Paragraph(Value):
    """One paragraph: its topic, its sentences, and how much it decides.

    `rank` is the place of the first question of the bank that it answers, `weight` that of its heaviest point.
    """

    topic: str
    lines: tuple[Line, ...]
    weight: float = 0.0
    rank: int = 0

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of fact that the paragraph tells."""
        return frozenset(kind for line in self.lines for kind in line.sentence.kinds)

    @property
    def facts(self) -> frozenset[str]:
        """The ids of the facts that the paragraph cites."""
        return frozenset(fact for line in self.lines for fact in line.sentence.facts)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The sentences as claims of a letter, each with the mark of the exhibit that it names."""
        return tuple(
            Claim(
                text=line.sentence.naming(line.mark),
                facts=line.sentence.facts,
                topic=self.topic,
                template=line.template,
                fields=line.fields,
            )
            for line in self.lines
        )


class Argument(Value):
    """The paragraphs of a letter in order."""

    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every sentence as a claim of the letter."""
        return tuple(chain.from_iterable(paragraph.claims for paragraph in self.paragraphs))

    @property
    def words(self) -> int:
        """How many words the sentences have."""
        return sum(len(claim.text.split()) for claim in self.claims)


_Parts = tuple[tuple[Paragraph, ...], tuple[Paragraph, ...], tuple[Paragraph, ...]]
"""The paragraphs of the opening, the body and the closing."""


class _Planner:
    """What one argument is planned from."""

    def __init__(self, dispute: Dispute, evidence: Evidence, playbook: Playbook) -> None:
        self.dispute, self.evidence, self.playbook = dispute, evidence, playbook
        product = evidence.sole("product_type")
        self.product = str(product.value) if product else ""
        self.points = [(p, proof) for p in playbook.find_points(dispute, evidence) if (proof := p.find_proof(evidence))]
        self.criteria = playbook.find_criteria(dispute.network_code, self.product)

    def fits(self, template: Template) -> bool:
        """Check that a template is for this reason, code, product and stage."""
        return (
            (not template.reasons or self.playbook.reason in template.reasons)
            and (not template.codes or (self.dispute.network_code or "") in template.codes)
            and (self.dispute.network_code or "") not in template.except_codes
            and (self.product in template.products or not self.product)
            and self.dispute.stage in template.stages
        )

    def write(self, topic: Topic, templates: Sequence[Template], *, leading: str = "") -> Paragraph | None:
        """Return a topic's paragraph, or None where none of its leading sentences stands."""
        fields = tuple(f for f, reasons in topic.fields.items() if not reasons or self.playbook.reason in reasons)
        written: list[Line] = []
        stands = False
        for template in filter(self.fits, templates):
            if (template.first_only and written) or (template.answers and template.answers != leading):
                continue
            number = self._phrasing(template)
            rendered = sentences.render(template, self.evidence, phrasing=number)
            written += [Line(template=f"{template.id}/{number}", sentence=each, fields=fields) for each in rendered]
            stands = stands or bool(rendered and template.leads)
        if not written or not stands:
            return None
        return self._weigh(Paragraph(topic=topic.topic, lines=tuple(written)))

    def _phrasing(self, template: Template) -> int:
        """Return a phrasing by the dispute, so that a merchant's letters differ."""
        return hashlib.sha256(f"{self.dispute.id} {template.name}".encode()).digest()[0] % len(template.phrasings)

    def _weigh(self, paragraph: Paragraph) -> Paragraph:
        """Return a paragraph with its rank, and the weight of the heaviest point it makes; of one in part, that part."""
        told = paragraph.kinds
        shares = (point.weight * len(told & set(point.needs)) / len(point.needs) for point, _ in self.points)
        answered = (place for place, criterion in enumerate(self.criteria) if criterion.is_answered(told))
        rank = next(answered, len(self.criteria))
        return paragraph.model_copy(update={"weight": max(shares, default=0.0), "rank": rank})

    def is_needed(self, paragraph: Paragraph, others: Iterable[Paragraph]) -> bool:
        """Check that a paragraph makes a required or deciding point that none of the others makes."""
        told, own = {fact for other in others for fact in other.facts}, paragraph.facts
        for point, proof in self.points:
            ids = {fact.id for fact in proof}
            if (point.required or point.decisive) and ids <= told | own and not ids <= told:
                return True
        return False


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
    planner = _Planner(dispute, evidence, playbook)
    body = sorted(_write(planner, templates, "body"), key=lambda each: (each.rank, -each.weight))
    leading = body[0].topic if body else ""
    opening = tuple(_write(planner, templates, "opening", leading=leading))
    closing = tuple(_write(planner, templates, "closing"))
    if not body:
        return Argument()
    kept = _shorten(planner, opening, body, closing)
    if Argument(paragraphs=(*opening, *kept, *closing)).words > MAX_WORDS:
        closing = tuple(paragraph.model_copy(update={"lines": paragraph.lines[:1]}) for paragraph in closing)
    whole = (opening, kept, closing)
    opening, shortened, closing = _apply(choice or Choice(), whole, evidence, templates)
    topics = {topic.topic: topic for topic in templates.topics}
    named = [_name_exhibit(paragraph, topics[paragraph.topic], playbook, sheets) for paragraph in shortened]
    return Argument(paragraphs=(*opening, *_join_short(named), *closing))


def _write(planner: _Planner, templates: Templates, place: str, *, leading: str = "") -> Iterator[Paragraph]:
    for topic in templates.topics:
        if topic.place == place and (paragraph := planner.write(topic, templates.usable(topic), leading=leading)):
            yield paragraph


def _apply(choice: Choice, parts: _Parts, evidence: Evidence, templates: Templates) -> _Parts:
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


def _shorten(
    planner: _Planner, opening: tuple[Paragraph, ...], body: list[Paragraph], closing: tuple[Paragraph, ...]
) -> tuple[Paragraph, ...]:
    """Return the body without what makes the letter too long: the lightest paragraphs, then the last sentences."""
    kept = list(body)
    for paragraph in sorted(body[1:], key=lambda each: (-each.rank, each.weight)):
        others = [each for each in kept if each is not paragraph]
        if not _is_long(opening, kept, closing):
            break
        if not planner.is_needed(paragraph, (*opening, *others)):
            kept = others
    for place in reversed(range(len(kept))):
        for line in reversed(kept[place].lines[1:]):
            lines = tuple(each for each in kept[place].lines if each is not line)
            shorter = kept[place].model_copy(update={"lines": lines})
            rest = (*opening, *kept[:place], shorter, *kept[place + 1 :])
            is_long = Argument(paragraphs=(*opening, *kept, *closing)).words > MAX_WORDS
            if is_long and not planner.is_needed(kept[place], rest):
                kept[place] = shorter
    return tuple(kept)


def _is_long(opening: tuple[Paragraph, ...], body: list[Paragraph], closing: tuple[Paragraph, ...]) -> bool:
    argument = Argument(paragraphs=(*opening, *body, *closing))
    return len(body) > MAX_PARAGRAPHS or argument.words > MAX_WORDS


def _name_exhibit(paragraph: Paragraph, topic: Topic, playbook: Playbook, sheets: Sequence[Sheet]) -> Paragraph:
    """Return a paragraph that names in its first sentence the exhibit which shows it."""
    first, *others = paragraph.lines
    named = first.model_copy(update={"mark": _find_exhibit(paragraph, topic, playbook, sheets)})
    return paragraph.model_copy(update={"lines": (named, *others)})


def _join_short(paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the paragraphs, those of one sentence or without an exhibit joined to the one before them.

    The first of the body stands alone, unless what follows has no exhibit of its own.
    """
    joined: list[Paragraph] = []
    for paragraph in paragraphs:
        bare = not any(line.mark for line in paragraph.lines)
        if joined and (bare or (len(paragraph.lines) == 1 and len(joined) > 1)):
            joined[-1] = joined[-1].model_copy(update={"lines": (*joined[-1].lines, *paragraph.lines)})
        else:
            joined.append(paragraph)
    return tuple(joined)


def _find_exhibit(paragraph: Paragraph, topic: Topic, playbook: Playbook, sheets: Sequence[Sheet]) -> str:
    """Return the mark of the exhibit that shows a paragraph: the topic's own, or the one that shows most of it."""
    marks = {sheet.field: sheet.mark for sheet in sheets}
    shown = {rule.field: len(paragraph.kinds & set(rule.rows)) for rule in playbook.exhibits if rule.field in marks}
    own = (field for field in topic.exhibits if shown.get(field, field in marks))
    best = max(shown, key=lambda field: shown[field], default="")
    chosen = next(own, best if shown.get(best) else "")
    return marks.get(chosen, "")

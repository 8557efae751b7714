"""What one argument is planned from, and the paragraphs that stand on it. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from disputes.dispute import Dispute
from disputes.evidence import Evidence
from disputes.letter import sentences
from disputes.letter.argument.paragraphs import Line, Paragraph
from disputes.letter.templates import Template, Templates, Topic
from disputes.playbook import Playbook


class Planner:
    """What one argument is planned from."""

    def __init__(self, dispute: Dispute, evidence: Evidence, playbook: Playbook) -> None:
        self.dispute, self.evidence, self.playbook = dispute, evidence, playbook
        self.product = evidence.product or ""
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
            written += [
                Line(topic=topic.topic, template=f"{template.id}/{number}", sentence=each, fields=fields)
                for each in rendered
            ]
            stands = stands or bool(rendered and template.leads)
        if not written or not stands:
            return None
        return self._weigh(Paragraph(topic=topic.topic, lines=tuple(written)))

    def _phrasing(self, template: Template) -> int:
        """Return a phrasing by the dispute, so that a merchant's letters differ."""
        return hashlib.sha256(f"{self.dispute.id} {template.name}".encode()).digest()[0] % len(template.phrasings)

    def _weigh(self, paragraph: Paragraph) -> Paragraph:
        """Return a paragraph with its rank, and the weight of the heaviest point it makes, or part of one."""
        told = paragraph.kinds
        shares = (point.weight * len(told & set(point.needs)) / len(point.needs) for point, _ in self.points)
        answered = (place for place, criterion in enumerate(self.criteria) if criterion.is_answered(told))
        rank = next(answered, len(self.criteria))
        return paragraph.model_copy(update={"weight": max(shares, default=0.0), "rank": rank})

    def is_needed(self, paragraph: Paragraph, others: Iterable[Paragraph]) -> bool:
        """Check that a paragraph alone makes a required or deciding point, or a neighbour's."""
        told, own = {fact for other in others for fact in other.facts}, paragraph.facts
        for point, proof in self.points:
            ids = {fact.id for fact in proof}
            wanted = point.required or point.decisive or point not in self.playbook.points
            if wanted and ids <= told | own and not ids <= told:
                return True
        return False


def write(planner: Planner, templates: Templates, place: str, *, leading: str = "") -> Iterator[Paragraph]:
    """Yield the paragraphs of a place in the letter; `leading` is the topic whose answer the opening gives."""
    for topic in templates.topics:
        if topic.place == place and (paragraph := planner.write(topic, templates.usable(topic), leading=leading)):
            yield paragraph

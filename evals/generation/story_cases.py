"""Evaluation cases of stories: twins of which one is right and the other wrong in one relation.

The stories (`evals/stories/stories.json`) were written and labelled by somebody who had not seen the code. Those about
the identity of earlier payments are played in `tests/stories` alone: a case has no payments of the past.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from disputes.evidence import Fact
from disputes.money import Money
from disputes.playbook import Product
from evals.case import NOW, CaseFact, EvalCase, Label, Sort
from evals.generation import labels
from evals.generation.labels import CaseTraits
from evals.generation.sale import random_token
from evals.stories import payment, shop
from evals.stories.story import Story, read

_LEFT_OUT = "identity"
_SORTS: dict[str, Sort] = {"false": "false relation", "true": "true relation", "unknown": "unknown relation"}
_HIGH = labels.HIGH


def story_cases() -> Iterator[EvalCase]:
    """Yield a case of each story, in the order of the file."""
    for story in read():
        if story.relation != _LEFT_OUT:
            yield EvalCase(
                id=f"story-{story.name}",
                reason=story.reason,
                product=_product(story),
                sort=_SORTS[story.twin],
                dispute=_dispute(story),
                records=(*payment.facts(story), *map(_record, shop.facts(story))),
                label=_label(story),
                policy=story.policy,
            )


def _product(story: Story) -> Product:
    return story.product or ("physical" if story.parcels else "service" if story.service_date else "digital")


def _record(fact: Fact) -> CaseFact:
    sort, _, key = fact.about.partition(":")
    of = key if sort == "parcel" else ""
    mark = fact.id.removeprefix(fact.kind).lstrip(":").removeprefix(of).lstrip("/")
    value = (
        {"amount": fact.value.amount, "currency": fact.value.currency} if isinstance(fact.value, Money) else fact.value
    )
    at = fact.at.isoformat().replace("+00:00", "Z") if fact.at else ""
    system = fact.source.partition(":")[0]
    return CaseFact.model_validate(
        {"kind": fact.kind, "value": value, "system": system, "ref": mark, "of": of, "at": at}
    )


def _dispute(story: Story) -> dict[str, object]:
    due, rng = NOW + timedelta(days=9), Random(story.name)  # noqa: S311 - an invented id
    details = {"brand": "visa", "network": "visa", "network_reason_code": story.network_code, "case_type": "chargeback"}
    return {
        "id": f"du_1{random_token(rng, 20)}",
        "object": "dispute",
        "livemode": False,
        "status": "needs_response",
        "reason": story.reason,
        "amount": story.amount,
        "currency": "usd",
        "created": int(story.disputed_at.timestamp()),
        "charge": f"ch_{story.name.replace('-', '')}",
        "payment_method_details": {"type": "card", "card": details},
        "evidence": {},
        "evidence_details": {"due_by": int(due.timestamp()), "submission_count": 0, "has_evidence": False},
        "balance_transactions": [{"amount": -story.amount, "currency": "usd"}],
        "enhanced_eligibility_types": [],
    }


def _label(story: Story) -> Label:
    """Return the story's end, with queue and alerts by the rules of all cases."""
    if story.policy == "default":
        doubt = story.why if story.expect == "wait" else ""
        return labels.label_case(CaseTraits(story.reason, story.amount, proof=story.why, doubt=doubt))
    high = story.amount > _HIGH
    if story.expect == "file":
        return Label(action="submit", queue="auto-evidence", alert="tell" if high else "", why=story.why)
    alert = "tell" if high else ""
    return Label(action="review", queue="manual-review", senior=high, alert=alert, why=story.why)

"""The relations between facts, each true, false or unknown, and the facts that follow from them. Pure.

One that is true may be claimed. One that is false speaks against the merchant: it is shown first, and the playbook says
what it takes off the confidence or that a person decides. One that is unknown is not claimed.

| Relation | About | True when | False when |
|---|---|---|---|
| delivered_to_order | parcel | the place of delivery is the order's address | house, street, postcode or town differ |
| delivered_to_area | parcel | it lies in the town and postcode of the order's address | it lies elsewhere |
| delivered_to_billing | parcel | it is the billing address | it is not, and the order names no other |
| signed_by_customer | parcel | customer, recipient or household signed | somebody else signed |
| delivered_in_order | parcel | paid, shipped, delivered, disputed, in this order | one lies before its turn |
| delivered_last | parcel | the carrier's last event is a delivery | a return, refusal, loss or failure follows |
| every_parcel_arrived | order | each parcel of the disputed items arrived, and is whole | one did not or lacks some |
| used_after_charge | usage | a use that worked lies after the payment | all lie before it, or none worked |
| used_from_purchase | usage | address, device or account are the purchase's | all that can be compared differ |
| canceled_after_charge | subscription | every cancellation lies after the charge | one lies before it |
| refund_covers_claim | payment | refunds that arrived cover the claim | one failed, is under way, or is too small |
| separate_orders | other payment | other goods, or a second delivery | the same goods or order number at one time |
| same_identity | customer | two elements equal an undisputed payment's | all that can be compared differ |
| ip_fits_addresses | payment | the address's country is that of billing or shipping | it is neither |
| possible | dispute | no record is of a time it cannot be of | one is |
| final_sale_shown | agreement | the policy calls the sale final, and was accepted before paying | (never) |
| no_guarantee | check | (never claimed) | a guarantee bears the loss |

The rules are those by which issuers judge the same documents: Visa Core Rules 13.1 (delivery to the agreed place and by
the agreed date), 12.6 (two transactions), 13.7 (cancellation and disclosed terms), 10.4 (links to earlier payments);
Mastercard Chargeback Guide 4853 and 4834.
"""

from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, Relation, build_fact
from disputes.evidence.relations import (
    checks,
    delivery,
    identity,
    parcels,
    purchases,
    refunds,
    states,
    subscription,
    terms,
    use,
)

FALSE_KINDS = {
    "delivered_to_order": "delivered_elsewhere",
    "delivered_to_billing": "delivered_elsewhere",
    "signed_by_customer": "signed_by_other",
    "delivered_in_order": "delivered_out_of_order",
    "delivered_last": "not_delivered_last",
    "every_parcel_arrived": "parcel_missing",
    "used_from_purchase": "used_by_other",
    "separate_orders": "same_goods_twice",
    "same_identity": "identity_differs",
    "ip_fits_addresses": "ip_elsewhere",
    "possible": "impossible_state",
    "no_guarantee": "guarantee_pays",
}
"""The adverse kind of fact that a false relation becomes; the others have facts of their own already."""

TRUE_KINDS = frozenset(
    "delivered_to_order delivered_to_area delivered_to_billing signed_by_customer delivered_in_order delivered_last "
    "every_parcel_arrived used_after_charge used_from_purchase canceled_after_charge separate_orders same_identity "
    "ip_fits_addresses final_sale_shown".split()
)
"""The relations that are a fact when they are true: a flag that a point of a playbook may need."""

_REFUND_KINDS = ("refund_before_dispute", "refund_after_dispute", "refund_under_way", "refund_failed")
_MODULES = (delivery, parcels, use, subscription, refunds, purchases, identity, checks, terms, states)


def find(evidence: Evidence) -> tuple[Relation, ...]:
    """Return every relation that there is something to say about, unknown ones included, in a fixed order."""
    return tuple(relation for module in _MODULES for relation in module.find(evidence))


def state(relations: tuple[Relation, ...], evidence: Evidence) -> Iterator[Fact]:
    """Yield the fact that each true or false relation is, with the source of the first fact that it rests on."""
    named: set[str] = set()
    for relation in relations:
        for fact in _state(relation, evidence):
            # Two that cannot be true are two things to read.
            again = fact.id in named and relation.facts
            yield fact.model_copy(update={"id": f"{fact.id}:{relation.facts[0]}"}) if again else fact
            named.add(fact.id)


def _state(relation: Relation, evidence: Evidence) -> Iterator[Fact]:
    base = evidence.find(relation.facts[0]) if relation.facts else None
    source = base.source if base else f"rebut:{relation.name}"
    key = relation.entity.partition(":")[2]
    if relation.answer == "true" and relation.name in TRUE_KINDS:
        yield _place(build_fact(relation.name, value=True, source=source, of=key), relation)
        if relation.name == "same_identity" and (links := identity.find_links(evidence)):
            yield build_fact("linked_by", links, source)
    elif relation.answer == "false":
        yield from (_place(fact, relation) for fact in _false(relation, source, key, evidence))


def _false(relation: Relation, source: str, key: str, evidence: Evidence) -> Iterator[Fact]:
    if relation.name == "used_after_charge":
        yield build_fact(use.false_kind(relation), relation.why, source)
    elif relation.name == "canceled_after_charge":
        yield from subscription.state_false(evidence, source)
    elif relation.name == "separate_orders" and (order := purchases.find_shared_order(evidence)):
        yield build_fact("same_order_twice", order, source)
    elif relation.name == "refund_covers_claim" and not any(map(evidence.has, _REFUND_KINDS)):
        yield build_fact("refund_before_dispute", relation.why, source)
    elif relation.name in FALSE_KINDS:
        yield build_fact(FALSE_KINDS[relation.name], relation.why, source, of=key)


def _place(fact: Fact, relation: Relation) -> Fact:
    return fact.model_copy(update={"entity": relation.entity}) if relation.entity else fact

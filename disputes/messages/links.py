"""Where people look: a case at Rebut, its exhibits, and the charge at Stripe. Pure."""

from disputes.case import Packet
from disputes.dispute import Dispute
from disputes.messages.card import Link
from disputes.messages.frame import Frame

_DASHBOARD = "https://dashboard.stripe.com"


def of(dispute: Dispute, frame: Frame) -> tuple[Link, ...]:
    """Return the links of a dispute: its case where Rebut's address is known, its charge where Stripe named one."""
    return (*case(dispute.id, frame), *charge(dispute))


def case(dispute_id: str, frame: Frame) -> tuple[Link, ...]:
    """Return the link to a case; none without Rebut's address."""
    return (Link(title="Case at Rebut", url=f"{frame.url}/disputes/{dispute_id}"),) if frame.url else ()


def charge(dispute: Dispute) -> tuple[Link, ...]:
    """Return the link to the payment in Stripe's dashboard; none where Stripe named neither payment nor charge."""
    payment = dispute.payment_intent or dispute.charge
    if not payment:
        return ()
    places = [_DASHBOARD, *([dispute.account] if dispute.account else []), *([] if dispute.livemode else ["test"])]
    return (Link(title="Charge at Stripe", url="/".join([*places, "payments", payment])),)


def exhibits(dispute_id: str, packet: Packet, frame: Frame) -> tuple[Link, ...]:
    """Return the links to the exhibits of a packet, as the bank gets them; none without Rebut's address."""
    marks = {sheet.field: (sheet.mark, sheet.title) for sheet in packet.sheets}
    known = [marks[file.field] for file in packet.files if file.field in marks] if frame.url else []
    return tuple(
        Link(title=f"{mark}: {title}", url=f"{frame.url}/disputes/{dispute_id}/exhibits/{mark.split()[-1]}")
        for mark, title in known
        if mark
    )

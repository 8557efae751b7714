"""Signed events as a processor posts them."""

from collections.abc import Mapping
from typing import Protocol

from disputes.repositories.events import WebhookEvent
from disputes.repositories.unrecognised_events import UnrecognisedEvent

Heard = WebhookEvent | UnrecognisedEvent | None
"""What a signed body came to: an event of a dispute, what may be one and cannot be taken, or another matter."""


class Webhooks(Protocol):
    """The webhooks of one processor: what it signs, and how it names things, is its own business."""

    def read(self, payload: bytes, headers: Mapping[str, str]) -> Heard:
        """Verify raw bytes by their headers, which are asked for in lower case, and read the envelope.

        None is what is plainly not about a dispute. Raises `Forged`, which says why, for a bad, missing or old
        signature.
        """
        ...

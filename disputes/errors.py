"""Every error of Rebut, in one tree that says what happens next.

DisputeError
├── TryAgain      it may pass and nothing was lost: the worker runs the job again
│   ├── SpentKey  Stripe failed, and repeats that answer for the same idempotency key
│   ├── PaymentUnread  Stripe did not show the disputed payment for now
│   └── LostLease another worker holds the lease of this dispute now
├── AskHuman      code must not decide this: the case goes to a review queue
├── Refused       Stripe said no, and asking again will not change it
│   ├── NotFound  Stripe knows no such object in this account
│   └── TooLong   Stripe counts more pages of evidence than the network takes
├── WriterFailed  the model returned no letter; the built-in writer takes over
│   └── NotConfigured, GenerationFailed, BadStructure, OverBudget
└── Invalid       somebody outside sent something that cannot be used
    ├── Stale     the caller decided on a case that has changed since
    └── Forged    the webhook does not carry a valid signature
"""


class DisputeError(Exception):
    """The base of every error of Rebut."""


class TryAgain(DisputeError):
    """An outside system failed in a way that may pass; nothing was lost, and the job is retried."""


class SpentKey(TryAgain):
    """Stripe failed and repeats that answer for the idempotency key; a retry needs a fresh read and a new key."""


class PaymentUnread(TryAgain):
    """Stripe did not show the disputed payment for now; nothing can be judged without it."""


class LostLease(TryAgain):
    """Another worker took over the lease of this dispute; this worker may no longer act on it."""


class AskHuman(DisputeError):
    """A person has to decide."""


class Refused(DisputeError):
    """Stripe refused the call for good."""


class NotFound(Refused):
    """Stripe knows no such object in this account, or the key has no access to the account."""


class TooLong(Refused):
    """Stripe counts more pages of evidence than the network takes; a shorter packet may pass."""


class Invalid(DisputeError):
    """Input from outside cannot be used."""


class Stale(Invalid):
    """The case changed since it was read; read it again and decide on that."""


class Forged(Invalid):
    """The webhook does not carry a valid signature; `reason` is one word for why, `seconds` how far its time is off."""

    def __init__(self, why: str, *, reason: str = "", seconds: int = 0) -> None:
        super().__init__(why)
        self.reason, self.seconds = reason, seconds


class WriterFailed(DisputeError):
    """The model returned no letter that can be used."""


class NotConfigured(WriterFailed):
    """No model is configured."""


class GenerationFailed(WriterFailed):
    """The model's endpoint failed, refused or timed out."""


class BadStructure(WriterFailed):
    """The model's answer does not have the requested structure."""


class OverBudget(WriterFailed):
    """The dispute used up its budget for models."""

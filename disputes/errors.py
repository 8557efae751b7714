"""The one tree of errors.

DisputeError
├── TryAgain      nothing is known to be lost: the worker delivers the job again
│   ├── SpentKey  Stripe answered that it failed, and repeats that for the same key
│   └── LostLease another worker owns this dispute now
├── AskHuman      the machine must not decide this: the case goes to review
├── Refused       Stripe said no, and asking again will not change it
│   └── TooLong   Stripe counts more pages of evidence than the network takes
├── WriterFailed  the model gave no letter; the built-in writer takes over
│   └── NotConfigured, GenerationFailed, BadStructure, OverBudget
└── Invalid       somebody outside sent something that cannot be used
    ├── Stale     the caller decided on a case that has changed since
    └── Forged    the webhook does not carry a valid signature
"""


class DisputeError(Exception):
    """Something went wrong with a dispute."""


class TryAgain(DisputeError):
    """An outside system failed in a way that may pass; nothing was lost."""


class SpentKey(TryAgain):
    """Stripe failed and keeps that answer for the idempotency key; another try needs a fresh read and a new key."""


class LostLease(TryAgain):
    """Another worker took over this dispute; this one may no longer act on it."""


class AskHuman(DisputeError):
    """A person has to decide."""


class Refused(DisputeError):
    """Stripe refused the call for good."""


class TooLong(Refused):
    """Stripe counts more pages of evidence than the network takes; a shorter packet may pass."""


class Invalid(DisputeError):
    """What was sent cannot be used."""


class Stale(Invalid):
    """The case changed since it was read; read it again and decide on that."""


class Forged(Invalid):
    """The webhook does not carry a valid signature."""


class WriterFailed(DisputeError):
    """The model gave no letter that can be used."""


class NotConfigured(WriterFailed):
    """No model is configured."""


class GenerationFailed(WriterFailed):
    """The model's endpoint failed, refused or did not answer in time."""


class BadStructure(WriterFailed):
    """The model's answer does not have the asked form."""


class OverBudget(WriterFailed):
    """The dispute used up what models may cost it."""

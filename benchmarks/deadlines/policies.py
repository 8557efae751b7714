"""The policies of the simulated accounts, all made of the shipped default one."""

from collections.abc import Callable

from disputes import policy
from disputes.policy import Policy

METHODS: dict[str | None, str | None] = {
    None: "prefer_smart_disputes",
    "acct_none": None,
    "acct_manual": "prefer_manual",
    "acct_share": "prefer_smart_disputes",
}
"""What each account's disputes say of `intended_submission_method` when they begin."""


def own_policy(zone: str) -> Policy:
    """Return the default policy of a merchant in a zone."""
    known = policy.load()
    return known.model_copy(update={"merchant": known.merchant.model_copy(update={"timezone": zone})})


def sharing(zone: str) -> Policy:
    """Return a policy that lets Stripe answer where nobody did, and leaves small cases to it at the last chance."""
    known = own_policy(zone)
    lanes = tuple(
        lane.model_copy(update={"last_chance": "smart_disputes"}) if lane.name == "small" else lane
        for lane in known.lanes
    )
    return known.model_copy(update={"submission_method": "prefer_manual", "lanes": lanes})


ACCOUNTS: dict[str, Callable[[str], Policy]] = {
    "acct_none": own_policy,
    "acct_manual": own_policy,
    "acct_share": sharing,
}

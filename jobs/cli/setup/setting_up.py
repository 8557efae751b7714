"""Setting up, from the questions to the files: all is asked and tried first, then written at once."""

from dataclasses import dataclass, replace
from pathlib import Path

from disputes.errors import Invalid
from graph.wiring import settings
from jobs.cli.setup import private_file, steps
from jobs.cli.setup.env_text import read_values, set_values
from jobs.cli.setup.given import Given
from jobs.cli.setup.policy_text import write_policy
from jobs.cli.setup.questions import Questions

BASE = "STRIPE_API_BASE"
_ANY_SECRET = f"whsec_{'0' * 32}"


@dataclass(frozen=True)
class Plan:
    """What is to be written: the settings of `.env`, and the text of a policy file where there is one."""

    values: dict[str, str]
    policy: str = ""


def set_up(questions: Questions, given: Given) -> None:
    """Ask, try, and write. Raises `Invalid`; nothing is written then."""
    private_file.check_place(given.env_file)
    text = private_file.read_text(given.env_file)
    if text and not _may_change(questions, given, given.env_file):
        raise Invalid(f"{given.env_file} stays as it is.")
    found = read_values(text)
    given = replace(given, found=found, base=given.base or found.get(BASE))
    key = steps.ask_key(questions, given)
    plan = _plan(questions, given, key)
    # A wrong setting is found before anything is made at Stripe.
    settings.read({**found, **plan.values, steps.SECRET: found.get(steps.SECRET, _ANY_SECRET)})
    set_values(text, plan.values)
    secret, endpoint = steps.ask_webhook(questions, given, key)
    _write(given, text, replace(plan, values={**plan.values, steps.SECRET: secret}), endpoint)


def _plan(questions: Questions, given: Given, key: str) -> Plan:
    values = {steps.KEY: key, **steps.ask_shop(questions, given)}
    if given.base and given.found.get(BASE) != given.base:
        questions.tell(f"Stripe is asked at {given.base}, as {BASE} says; that is written down too.")
        values[BASE] = given.base
    policy = _plan_policy(questions, given)
    if policy:
        values[steps.POLICY] = str(given.policy_file)
    if tokens := steps.ask_reviewer(questions, given):
        values[steps.TOKENS] = tokens
    return Plan(values, policy)


def _plan_policy(questions: Questions, given: Given) -> str:
    words = steps.ask_merchant(questions, given)
    if words is None:
        return ""
    private_file.check_place(given.policy_file)
    if given.policy_file.exists() and not _may_change(questions, given, given.policy_file):
        raise Invalid(f"{given.policy_file} stays as it is; name another with --policy-file.")
    return write_policy(*words)


def _write(given: Given, text: str, plan: Plan, endpoint: str) -> None:
    try:
        changed = set_values(text, plan.values)
        if plan.policy:
            private_file.write_text(given.policy_file, plan.policy)
        private_file.write_text(given.env_file, changed)
    except Invalid as failed:
        if not endpoint:
            raise
        raise Invalid(
            f"{failed} The endpoint {endpoint} stays at Stripe: delete it there, or copy its secret."
        ) from failed


def _may_change(questions: Questions, given: Given, path: Path) -> bool:
    prompt = f"{path} is there already and is changed; what is not asked about stays. Go on?"
    return given.overwrite or questions.confirm(prompt, flag="--overwrite", default=False)

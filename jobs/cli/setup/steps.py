"""The questions of `rebut init`, one step each; what a step finds out is tried before it counts."""

import secrets
from pathlib import Path

from pydantic import SecretStr

from disputes.errors import DisputeError, Invalid
from graph.wiring.trials import EVENTS, Offer, Trial, create_endpoint, find_offers, try_key, try_source
from jobs.cli.setup.forms import PATH, check_key, check_reviewer, check_secret, check_url, is_live
from jobs.cli.setup.given import Given
from jobs.cli.setup.private_file import read_text
from jobs.cli.setup.questions import Question, Questions, settle
from jobs.cli.terminal import run

KEY, SECRET, TOKENS, POLICY = "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "REBUT_API_TOKENS", "REBUT_POLICY"
NONE = "none"
BY_HAND = (
    f"By hand: in Stripe's dashboard under Developers, Webhooks, add an endpoint, https://<your host>{PATH},",
    f"for the events {', '.join(EVENTS)}, and copy its signing secret.",
    f"To try it on this machine: `stripe listen --forward-to localhost:8000{PATH}` prints one.",
)


def ask_key(questions: Questions, given: Given) -> str:
    """Return a Stripe key that Stripe takes."""
    found = given.found.get(KEY, "")
    if not given.key and found and _keep(questions, f"a Stripe key of {_mode(found)} mode"):
        return found

    def check(text: str) -> str:
        key = check_key(text)
        _weigh(questions, given, run(try_key(SecretStr(key), base=given.base)))
        return key

    where = "Stripe secret or restricted key (sk_... or rk_..., not shown)"
    return settle(questions, Question(where, f"--stripe-key-file or {KEY}", secret=True, given=given.key), check)


def ask_shop(questions: Questions, given: Given) -> dict[str, str]:
    """Return the settings of one shop system, tried; nothing for none."""
    offers = find_offers()
    if questions.again and not given.shop:
        questions.tell(f"Where do orders live? {', '.join(f'{o.name} ({o.title})' for o in offers.values())}.")

    def check(text: str) -> str:
        if text.lower() not in {*offers, NONE}:
            raise Invalid(f"There is no such system: it is one of {', '.join(offers)}, or {NONE}.")
        return text.lower()

    name = settle(questions, Question("Shop system", "--shop", default=NONE, given=given.shop), check)
    return {} if name == NONE else _ask_options(questions, given, offers[name])


def _ask_options(questions: Questions, given: Given, offer: Offer) -> dict[str, str]:
    """Return the options of one shop once it takes them; all are asked again where it does not."""
    known = _known_options(given, offer)
    for left in range(questions.again, -1, -1):
        options = {name: _ask_option(questions, offer, name, known.get(name, "")) for name in offer.required} | {
            name: value for name, value in known.items() if name not in offer.required
        }
        try:
            _weigh(questions, given, run(try_source(offer, options)))
        except Invalid as wrong:
            if not left:
                raise
            questions.tell(str(wrong), style="red")
            known = {}
        else:
            return {offer.setting(name): value for name, value in options.items()}
    raise Invalid(f"{offer.title} was not set up.")


def _known_options(given: Given, offer: Offer) -> dict[str, str]:
    if unknown := set(given.shop_options) - set(offer.options):
        raise Invalid(f"--shop-option {', '.join(sorted(unknown))}: {offer.title} takes {', '.join(offer.options)}.")
    settings = {name: given.environ.get(offer.setting(name)) for name in offer.options}
    return {name: value for name, value in settings.items() if value} | dict(given.shop_options)


def _ask_option(questions: Questions, offer: Offer, name: str, given: str) -> str:
    option = offer.options[name]
    flag = f"--shop-option {name}=... or {offer.setting(name)}"
    asked = Question(f"{offer.title} {name}: {option.about}", flag, secret=option.secret, given=given)
    return settle(questions, asked, lambda text: text)


def ask_merchant(questions: Questions, given: Given) -> tuple[str, str] | None:
    """Return the merchant's name and refund policy; None where a policy is set already, or neither is told."""
    asked = given.merchant or given.refund_policy
    if not asked and (named := given.found.get(POLICY) or given.environ.get(POLICY)):
        questions.tell(f"Your policy stays {named}; its [merchant] holds your name and refund policy.")
        return None
    name = given.merchant or questions.ask(Question("Your business's name (empty for none)", "--merchant", default=""))
    prompt = "Refund policy as your buyers see it, or a text file's path (empty for none)"
    words = given.refund_policy or questions.ask(Question(prompt, "--refund-policy", default=""))
    return (name, _read_words(words)) if name or words else None


def _read_words(words: str) -> str:
    try:
        is_file = Path(words).is_file()
    except (OSError, ValueError):
        return words
    return read_text(Path(words)).strip() if words and is_file else words


def ask_reviewer(questions: Questions, given: Given) -> str | None:
    """Return REBUT_API_TOKENS with a new token for one reviewer; None where there are some and no other is named."""
    found = given.found.get(TOKENS, "")
    if found and not given.reviewer:
        return None
    asked = Question("Who reviews? A name", "--reviewer", default="reviewer", given=given.reviewer)
    name = settle(questions, asked, check_reviewer)
    grant = f"{name}:reviewer:{secrets.token_urlsafe(32)}"
    return f"{found},{grant}" if found else grant


def ask_webhook(questions: Questions, given: Given, key: str) -> tuple[str, str]:
    """Return a webhook's signing secret, and the id of the endpoint if one was made for it: the last question."""
    found = given.found.get(SECRET, "")
    if given.webhook_secret or (found and not given.webhook_url and _keep(questions, "a webhook's signing secret")):
        return settle(questions, _secret_question(given), check_secret) if given.webhook_secret else found, ""
    prompt = "Address at which Stripe can reach Rebut, to make its webhook (empty for none)"
    flag = "--webhook-url, --webhook-secret-file"
    url = settle(questions, Question(prompt, flag, default="", given=given.webhook_url), _check_optional_url)
    if url and (made := _make_endpoint(questions, given, key, url)):
        return made
    for sentence in BY_HAND if questions.again else ():
        questions.tell(sentence)
    return settle(questions, _secret_question(given), check_secret), ""


def _make_endpoint(questions: Questions, given: Given, key: str, url: str) -> tuple[str, str] | None:
    """Return the secret and id of a new endpoint; of one that is there, the secret in `.env`; else None, and why."""
    found = given.found.get(SECRET, "")
    try:
        made = run(create_endpoint(SecretStr(key), url, base=given.base))
    except DisputeError as refused:
        questions.tell(f"No webhook endpoint was made. {refused}", style="red")
        return None
    if made:
        questions.tell(f"Stripe now tells {url} of every dispute ({made.id}).", style="green")
        return made.secret.get_secret_value(), made.id
    kept = (
        f"; the secret in {given.env_file} is kept for it" if found else ", and its dashboard shows the signing secret"
    )
    questions.tell(f"Stripe has an endpoint for {url} already{kept}.")
    return (found, "") if found else None


def _secret_question(given: Given) -> Question:
    flag = f"--webhook-url, --webhook-secret-file or {SECRET}"
    return Question("Signing secret (whsec_..., not shown)", flag, secret=True, given=given.webhook_secret)


def _check_optional_url(text: str) -> str:
    return check_url(text) if text else ""


def _weigh(questions: Questions, given: Given, trial: Trial) -> None:
    """Say what a try came to. Raises `Invalid` where it failed, unless that proves nothing and is taken so."""
    if trial.works:
        questions.tell(trial.text, style="green")
        return
    if trial.sure:
        raise Invalid(trial.text)
    questions.tell(trial.text, style="yellow")
    if not (given.untried or questions.confirm("Write it down untried?", flag="--untried", default=False)):
        raise Invalid("Then give another.")


def _keep(questions: Questions, what: str) -> bool:
    return questions.confirm(f"There is {what} already; keep it?", flag="", default=True)


def _mode(key: str) -> str:
    return "LIVE" if is_live(key) else "test"

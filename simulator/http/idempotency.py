import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from simulator.errors import StripeError
from simulator.http.parameters import Thing

LIFETIME = timedelta(hours=24)
LONGEST = 255


@dataclass
class StoredResponse:
    """What was answered: the status and body to replay, or None while the first request is still running."""

    digest: str
    at: datetime
    status: int | None = None
    body: str = ""


class Keys:
    """Remembers results of keyed POSTs for 24 hours, 500s included (docs.stripe.com/api/idempotent_requests)."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], StoredResponse] = {}

    def begin(self, key: tuple[str, str], digest: str, now: datetime) -> StoredResponse | None:
        """Take the key and give None, or give the stored answer.

        Refuses other parameters under a used key (400) and a key whose first request is still running (409).
        """
        if len(key[1]) > LONGEST:
            raise _clash(f"Idempotency keys are at most {LONGEST} characters.")
        known = self._answers.get(key)
        if known is None or now - known.at > LIFETIME:
            self._answers[key] = StoredResponse(digest, now)
            return None
        if known.digest != digest:
            text = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise _clash(f"{text} Try using a key other than '{key[1]}' if you meant to execute a different request.")
        if known.status is None:
            text = "There is currently another in-progress request using this Idempotency Key."
            raise StripeError(text, status=409, code="idempotency_key_in_use", kind="idempotency_error")
        return known

    def keep(self, key: tuple[str, str], status: int, body: str) -> None:
        """Store the result under the key."""
        answer = self._answers[key]
        answer.status, answer.body = status, body

    def release(self, key: tuple[str, str]) -> None:
        """Forget a key whose request was never executed."""
        self._answers.pop(key, None)


def digest(method: str, path: str, params: Thing) -> str:
    """Give a digest of what was asked; files count by their content."""
    return sha256(f"{method} {path} {json.dumps(params, sort_keys=True, default=_content)}".encode()).hexdigest()


def _content(value: object) -> str:
    return sha256(bytes(getattr(value, "content", b""))).hexdigest()


def _clash(text: str) -> StripeError:
    return StripeError(text, kind="idempotency_error")

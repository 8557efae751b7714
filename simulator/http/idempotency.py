"""Idempotency keys and their stored answers (docs.stripe.com/api/idempotent_requests)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from simulator.errors import StripeError
from simulator.http.parameters import JsonObject

LIFETIME = timedelta(hours=24)
MAX_KEY_LENGTH = 255


@dataclass
class StoredResponse:
    """The answer of a key: the status and body to replay; the status is None while the first request is running."""

    digest: str
    at: datetime
    status: int | None = None
    body: str = ""


class IdempotencyKeys:
    """Stores the answers of POSTs with a key for 24 hours, 500s included (docs.stripe.com/api/idempotent_requests)."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], StoredResponse] = {}

    def begin(self, key: tuple[str, str], digest: str, now: datetime) -> StoredResponse | None:
        """Reserve the key and return None, or return the stored answer.

        Raises `StripeError` for other parameters under a used key (400) and for a key in use (409).
        """
        if len(key[1]) > MAX_KEY_LENGTH:
            raise _idempotency_error(f"Idempotency keys are at most {MAX_KEY_LENGTH} characters.")
        stored = self._answers.get(key)
        if stored is None or now - stored.at > LIFETIME:
            self._answers[key] = StoredResponse(digest, now)
            return None
        if stored.digest != digest:
            text = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise _idempotency_error(
                f"{text} Try using a key other than '{key[1]}' if you meant to execute a different request."
            )
        if stored.status is None:
            text = "There is currently another in-progress request using this Idempotency Key."
            raise StripeError(text, status=409, code="idempotency_key_in_use", kind="idempotency_error")
        return stored

    def store(self, key: tuple[str, str], status: int, body: str) -> None:
        """Store the answer of the key."""
        answer = self._answers[key]
        answer.status, answer.body = status, body

    def release(self, key: tuple[str, str]) -> None:
        """Forget a key whose request was never executed."""
        self._answers.pop(key, None)


def digest(method: str, path: str, params: JsonObject) -> str:
    """Return a digest of the method, path and parameters; files count by their content."""
    return sha256(f"{method} {path} {json.dumps(params, sort_keys=True, default=_content)}".encode()).hexdigest()


def _content(value: object) -> str:
    return sha256(bytes(getattr(value, "content", b""))).hexdigest()


def _idempotency_error(text: str) -> StripeError:
    return StripeError(text, kind="idempotency_error")

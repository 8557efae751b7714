"""The seal on a thread, by which a state that no step of ours wrote in this thread is noticed."""

import hashlib
import hmac
import json
from collections.abc import Mapping

from pydantic import JsonValue

from graph.state import Changes, State
from graph.steps import following


def close(key: bytes, thread_id: str, state: State, changes: Mapping[str, JsonValue]) -> Changes:
    """Return a step's changes, its name among them, with the seal of the state that they lead to."""
    after = State.model_validate(state.model_dump(mode="json") | dict(changes))
    return {**changes, "seal": _sign(key, thread_id, after)}


def is_next(key: bytes, thread_id: str, state: State, step: str) -> bool:
    """Return whether a state is sealed, and this step is the one that comes after it."""
    return is_sealed(key, thread_id, state) and step in following(state)


def is_sealed(key: bytes, thread_id: str, state: State) -> bool:
    """Return whether the last step of ours in this very thread left this very state."""
    return hmac.compare_digest(state.seal.encode(), _sign(key, thread_id, state).encode())


def _sign(key: bytes, thread_id: str, state: State) -> str:
    content = json.dumps([thread_id, state.model_dump(mode="json", exclude={"seal"})], sort_keys=True)
    return hmac.new(key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

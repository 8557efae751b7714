"""What a reviewer may hand to a run of the LangGraph server: a dispute to start with, or the answer to a request."""

from collections.abc import Mapping
from typing import Any

INPUT = frozenset({"dispute_id", "account"})
CONFIG = frozenset({"configurable", "metadata", "tags", "recursion_limit"})
CONFIGURABLE = frozenset(
    {
        "langgraph_auth_user",
        "langgraph_auth_user_id",
        "langgraph_auth_permissions",
        "langgraph_request_id",
        "__request_start_time_ms__",
        "__after_seconds__",
        "__otel_traceparent__",
        "__otel_tracestate__",
        "__dd_trace_headers__",
    }
)
"""What the server itself writes, over anything of that name in a request; a client adds nothing to it."""
STEPS = 100
"""A run of fewer steps might end between a filing and its record."""


def complain(run: Mapping[str, Any]) -> str | None:
    """Return why a run may not be created, as one sentence; None when it may.

    `run` is what the server hands to a handler of `create_run`; in its `kwargs` it has put its own beside the client's.
    """
    asked: Mapping[str, Any] = run.get("kwargs") or {}
    checks = (
        (run.get("thread_id") is not None, "A run needs a thread."),
        (run.get("multitask_strategy") in {"reject", "enqueue"}, "A run may not interrupt or roll back another."),
        (not run.get("after_seconds"), "A run may not be delayed."),
        (_is_start(asked) or _is_answer(asked), "A run takes a dispute_id, or a resume and nothing beside it."),
        (_is_plain(asked.get("config") or {}), "A run takes no configuration and no checkpoint."),
        (not asked.get("interrupt_before") and not asked.get("interrupt_after"), "A run may not be halted at a step."),
        (not asked.get("webhook"), "A run calls no webhook."),
        (asked.get("durability") != "exit", "A run keeps each of its steps."),
    )
    return next((sentence for is_fine, sentence in checks if not is_fine), None)


def _is_start(asked: Mapping[str, Any]) -> bool:
    given = asked.get("input")
    if asked.get("command") is not None or not isinstance(given, Mapping) or not set(given) <= INPUT:
        return False
    return isinstance(given.get("dispute_id"), str) and isinstance(given.get("account"), str | None)


def _is_answer(asked: Mapping[str, Any]) -> bool:
    command = asked.get("command")
    if asked.get("input") is not None or not isinstance(command, Mapping):
        return False
    return {key for key, value in command.items() if value is not None} == {"resume"}


def _is_plain(config: Mapping[str, Any]) -> bool:
    limit = config.get("recursion_limit")
    return (
        set(config) <= CONFIG
        and set(config.get("configurable") or {}) <= CONFIGURABLE
        and (limit is None or (isinstance(limit, int) and limit >= STEPS))
    )

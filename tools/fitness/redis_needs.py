"""What Rebut needs of a Redis: each command, as it is tried, and the keys and channels it is for."""

from importlib.resources import files
from typing import NamedTuple

SAVED = "rebut:*"
QUEUED = "streaq:rebut:*"
KEYS = (SAVED, QUEUED)
CHANNELS = ("streaq:rebut:channels:*",)
WANTED = ("info",)
"""Commands that Rebut does without: they let it see whether the server evicts."""

_S = "rebut:probe:"
_Q = "streaq:rebut:probe:"
_STREAM = f"{_Q}normal"
_TASKS = (_STREAM, f"{_Q}delayed", f"{_Q}task", f"{_Q}before:", f"{_Q}after:", f"{_Q}result:")


class Attempt(NamedTuple):
    """One command on a probe's key, and the pattern of the keys or channels that it is made for."""

    words: tuple[str | int, ...]
    pattern: str = ""

    @property
    def name(self) -> str:
        """Return the command as an ACL names it, such as `xgroup|create`."""
        return str(self.words[0]).lower().replace(" ", "|")


def attempts() -> tuple[Attempt, ...]:
    """Return every command, in an order in which each can succeed; the last ones remove what the others wrote."""
    return (*_SAVER, *_functions(), *_QUEUE, *_ENDING)


def commands() -> tuple[str, ...]:
    """Return the name of every command that Rebut needs, sorted, as an ACL names it."""
    return tuple(sorted({attempt.name for attempt in attempts()} | {"watch", "select"}))


def _saver(*words: str | int) -> Attempt:
    return Attempt(words, SAVED)


def _queue(*words: str | int) -> Attempt:
    return Attempt(words, QUEUED)


_SAVER = (
    Attempt(("PING",)),
    _saver("HSET", f"{_S}hash", "field", "value"),
    _saver("HSETNX", f"{_S}hash", "other", "value"),
    _saver("HGETALL", f"{_S}hash"),
    _saver("HDEL", f"{_S}hash", "other"),
    _saver("ZADD", f"{_S}index", 0, "member"),
    _saver("ZRANGEBYLEX", f"{_S}index", "-", "+"),
    _saver("ZREM", f"{_S}index", "member"),
    Attempt(("MULTI",)),
    Attempt(("EXEC",)),
    Attempt(("DISCARD",)),
    Attempt(("UNWATCH",)),
)
_QUEUE = (
    _queue("FCALL", "create_groups", 1, _Q, "workers", "normal"),
    _queue("FCALL", "publish_task", 6, *_TASKS, "probe", "{}", 0, 0, 0),
    _queue("FCALL", "read_streams", 1, _Q, "workers", "probe", 1, 0, "normal"),
    _queue("XINFO GROUPS", _STREAM),
    _queue("XGROUP CREATE", _STREAM, "probes", 0, "MKSTREAM"),
    _queue("XADD", _STREAM, "*", "task_id", "probe"),
    _queue("XREADGROUP", "GROUP", "workers", "probe", "COUNT", 1, "STREAMS", _STREAM, ">"),
    _queue("XPENDING", _STREAM, "workers", "-", "+", 1),
    _queue("XCLAIM", _STREAM, "workers", "probe", 0, "0-1", "JUSTID"),
    _queue("XAUTOCLAIM", _STREAM, "workers", "probe", 0, "0-0", "COUNT", 1),
    _queue("XACK", _STREAM, "workers", "0-1"),
    _queue("XDEL", _STREAM, "0-1"),
    _queue("ZRANGE", f"{_Q}delayed", 0, 0, "BYSCORE"),
    _queue("ZREMRANGEBYSCORE", f"{_Q}delayed", 0, 0),
    _queue("SET", f"{_Q}text", "1"),
    _queue("GET", f"{_Q}text"),
    _queue("INCR", f"{_Q}text"),
    _queue("EXISTS", f"{_Q}text"),
    _queue("COPY", f"{_Q}text", f"{_Q}copy"),
    _queue("SADD", f"{_Q}set", "member"),
    _queue("SMEMBERS", f"{_Q}set"),
    _queue("SCARD", f"{_Q}set"),
    _queue("SREM", f"{_Q}set", "member"),
    Attempt(("PUBLISH", "streaq:rebut:channels:probe", ""), CHANNELS[0]),
)
_ENDING = (
    _saver("DEL", f"{_S}hash", f"{_S}index"),
    _queue("DEL", *_TASKS, f"{_Q}text", f"{_Q}copy", f"{_Q}set"),
)


def _functions() -> tuple[Attempt, ...]:
    code = files("streaq").joinpath("lua/streaq.lua").read_text("utf-8")
    return (Attempt(("FUNCTION LOAD", "REPLACE", code)), Attempt(("FUNCTION LIST", "LIBRARYNAME", "streaq")))

"""Tries a Redis: its mode, its role, its version, every command that Rebut needs, and whether it evicts."""

import asyncio
import re
import ssl
from collections.abc import Iterator, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from disputes.model import Value
from tools.fitness import Shortcoming
from tools.fitness.redis_needs import Attempt, attempts

OLDEST = 7
PATIENCE = 5.0  # seconds
_REFUSAL = re.compile(r"(READONLY|OOM|MISCONF|NOREPLICAS|LOADING|MASTERDOWN)\b[^.]{0,200}")
_LIST = "docs/configuration.md has the whole list"


class RedisReport(Value):
    """What was found out about a Redis; the version is empty where it could not be asked."""

    version: str = ""
    shortcomings: tuple[Shortcoming, ...] = ()


class _Unusable(Exception):
    """The server needs no further look."""

    def __init__(self, text: str, *, detail: str = "") -> None:
        super().__init__(text)
        self.shortcoming = Shortcoming(text=text, detail=detail)


async def examine(url: str, *, patience: float = PATIENCE) -> RedisReport:
    """Try everything that Rebut does with a Redis, on keys that are removed again. Never raises for a bad server."""
    version = ""
    try:
        async with asyncio.timeout(patience), _connect(url, patience) as client:
            version = await _greet(client)
            found = (*_judge(await _try(client)), *await _eviction(client))
    except _Unusable as unusable:
        found = (unusable.shortcoming,)
    except (RedisError, OSError, ValueError) as failed:
        found = (_away(failed),)
    return RedisReport(version=version, shortcomings=found)


def _connect(url: str, patience: float) -> Redis:
    once = Retry(NoBackoff(), 0)
    limits: dict[str, Any] = {"socket_timeout": patience, "socket_connect_timeout": patience, "retry": once}
    # WATCH belongs to one connection.
    client = Redis.from_url(url, single_connection_client=True, **limits)
    # Answers are looked at raw: what redis-py makes of them fails on some of a probe's.
    client.response_callbacks.clear()
    return client


async def _greet(client: Any) -> str:  # noqa: ANN401  redis-py leaves its commands untyped
    """Return the version. Raises `_Unusable` for a server of a kind that Rebut cannot work with."""
    try:
        about = _pairs(await client.execute_command("HELLO"))
    except AuthenticationError as error:
        raise _Unusable(_DOOR) from error
    except ResponseError as error:
        if _REFUSAL.match(str(error)):
            raise
        raise _Unusable(f"Redis is too old: it does not know HELLO. Rebut needs Redis {OLDEST} or newer.") from error
    version, mode = about.get("version", "0"), about.get("mode")
    if mode in _MODES:
        raise _Unusable(_MODES[mode])
    if about.get("role") not in (None, "master"):
        raise _Unusable(_REPLICA)
    if int(version.partition(".")[0]) < OLDEST:
        text = f"Redis {version} is too old: the job queue needs its functions. Give Rebut Redis {OLDEST} or newer."
        raise _Unusable(text)
    return version


UNTRUSTED = (
    "The certificate of Redis is not trusted: it must name the host of REDIS_URL; "
    "add ?ssl_ca_certs=<file of its CA> to the rediss:// URL where the CA is not a public one."
)
_DOOR = "Redis takes neither this user nor this password: no job can be handed on. Correct both in REDIS_URL."
_REPLICA = (
    "This Redis is a replica: what is written there is refused or lost. Put the address of its primary into REDIS_URL."
)
_MODES = {
    "cluster": (
        "This is a Redis Cluster: the job queue cannot spread its keys over one. "
        "Give Rebut a single Redis, with a replica behind it if you like."
    ),
    "sentinel": (
        "This is a Redis Sentinel: it holds no data, and Rebut does not ask it for the primary. "
        "Put an address that always leads to the primary into REDIS_URL."
    ),
}


async def _try(client: Any) -> list[tuple[Attempt, object]]:  # noqa: ANN401  the same
    """Run every attempt in one round trip and give each its answer, which may be an error."""
    tried = attempts()
    pipe = client.pipeline(transaction=False)
    for attempt in tried:
        pipe.execute_command(*attempt.words)
    answers = list(zip(tried, await pipe.execute(raise_on_error=False), strict=True))
    # A pipeline would send a WATCH by itself and begin to watch.
    watch = Attempt(("WATCH", "rebut:probe:hash"), "rebut:*")
    try:
        answers.append((watch, await client.execute_command(*watch.words)))
    except ResponseError as error:
        answers.append((watch, error))
    return answers


def _judge(answers: Sequence[tuple[Attempt, object]]) -> Iterator[Shortcoming]:
    """Judge the answers. What only another probe at the same time can cause is no fault."""
    errors = [(attempt, error) for attempt, error in answers if isinstance(error, Exception)]
    denied = [(attempt, str(error)) for attempt, error in errors if isinstance(error, NoPermissionError)]
    lacking = [attempt.name for attempt, why in denied if "command" in why]
    lacking += [attempt.name for attempt, error in errors if "unknown command" in str(error).lower()]
    if lacking:
        given = " ".join(f"+{name}" for name in dict.fromkeys(lacking))
        text = (
            f"The Redis user may not use every command that Rebut needs, so runs and jobs would break: give it {given}"
        )
        yield Shortcoming(text=f"{text} ({_LIST}).")
    channels = {attempt.pattern for attempt, why in denied if "channel" in why}
    keys = {attempt.pattern for attempt, why in denied if "key" in why and "channel" not in why}
    if patterns := [f"~{name}" for name in sorted(keys)] + [f"&{name}" for name in sorted(channels)]:
        text = "The Redis user may not reach every key that Rebut writes, so runs and jobs would break: give it "
        yield Shortcoming(text=f"{text}{' '.join(patterns)} ({_LIST}).")
    if why := next((match[0] for _, error in errors if (match := _REFUSAL.match(_bare(error)))), ""):
        yield Shortcoming(text=f"Redis refuses to write, so no run can be kept; look at the server. It says: {why}.")


async def _eviction(client: Any) -> tuple[Shortcoming, ...]:  # noqa: ANN401  the same
    try:
        found = re.search(
            r"^maxmemory_policy:(\S+)", _text(await client.execute_command("INFO", "memory")), re.MULTILINE
        )
    except ResponseError:
        found = None
    policy = found[1] if found else ""
    if policy == "noeviction":
        return ()
    if not policy:
        text = "Whether this Redis evicts cannot be read: make sure that maxmemory-policy is noeviction, or give +info."
        return (Shortcoming(text=text, fatal=False),)
    text = f"This Redis evicts ({policy}): when it is full it drops suspended runs. Set maxmemory-policy to noeviction."
    return (Shortcoming(text=text),)


def _away(failed: Exception) -> Shortcoming:
    if isinstance(failed, AuthenticationError) or "username-password" in str(failed):
        return Shortcoming(text=_DOOR)
    if _mentions_certificate(failed):
        return Shortcoming(text=UNTRUSTED, detail=_first_line(failed))
    text = "Redis does not answer: no job can be handed on and no run can wait. Start it, or correct REDIS_URL."
    return Shortcoming(text=text, detail=_first_line(failed))


def _mentions_certificate(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")[:200]


def _bare(error: Exception) -> str:
    """Return the server's words; redis-py cuts the word in front off the errors that it has a class for."""
    words = {"ReadOnlyError": "READONLY ", "OutOfMemoryError": "OOM ", "BusyLoadingError": "LOADING "}
    return words.get(type(error).__name__, "") + str(error)


def _pairs(reply: Any) -> dict[str, str]:  # noqa: ANN401  a map in RESP3, a flat list in RESP2
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2], strict=True)
    return {_text(key): _text(value) for key, value in pairs}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)

"""The way to Redis: the first word with a server, and commands of many callers in few round trips."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import RedisError

Command = tuple[Any, ...]

OLDEST = (6, 2)


class RedisUnfit(RuntimeError):
    """The Redis behind a saver cannot be reached or cannot do the work."""


async def greet(client: Any) -> str:  # noqa: ANN401  Redis or RedisCluster
    """Check that the server answers and is 6.2 or newer; give its mode, "standalone" or "cluster".

    Raises `RedisUnfit` with one sentence that says what is wrong.
    """
    at = {"target_nodes": RedisCluster.RANDOM} if isinstance(client, RedisCluster) else {}
    try:
        await client.ping()
        # HELLO, not INFO: hosted users often lack @dangerous, where INFO is.
        about = _pairs(await client.execute_command("HELLO", **at))
    except (RedisError, OSError) as error:
        raise RedisUnfit(f"Redis did not answer PING and HELLO: {error}") from error
    version = about["version"]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise RedisUnfit(f"Redis {version} is too old: 6.2 or newer is needed.")
    return about["mode"]


def _pairs(reply: Mapping[Any, Any] | Sequence[Any]) -> dict[str, str]:
    """Read HELLO's answer: a map in RESP3, a flat list in RESP2."""
    pairs = reply.items() if isinstance(reply, Mapping) else zip(reply[::2], reply[1::2], strict=True)
    return {_text(key): _text(value) for key, value in pairs}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class RedisConnection:
    """Sends what is ready at the same moment as one pipeline; each caller gets its own replies.

    One command is whole or not at all; commands of one call run in their order, but others may come between.
    """

    def __init__(self, client: Any, *, lanes: int = 2) -> None:  # noqa: ANN401  Redis or RedisCluster
        self._client = client
        self._free = lanes
        self._waiting: list[tuple[Sequence[Command], asyncio.Future[list[Any]]]] = []
        self._flights: set[asyncio.Task[None]] = set()

    async def send(self, *commands: Command) -> list[Any]:
        """Run the commands and give their replies; raises the first error among them."""
        replies: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append((commands, replies))
        if self._free:
            self._free -= 1
            flight = asyncio.create_task(self._fly())
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        return await replies

    async def _fly(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._deliver(batch)
        finally:
            self._free += 1

    async def _deliver(self, batch: list[tuple[Sequence[Command], asyncio.Future[list[Any]]]]) -> None:
        pipe = self._client.pipeline(transaction=False)
        for commands, _ in batch:
            for command in commands:
                pipe.execute_command(*command)
        try:
            answers = iter(await pipe.execute(raise_on_error=False))
        except Exception as error:  # noqa: BLE001  every caller raises it; those who queue behind go on
            for _, replies in batch:
                settle(replies, [error])
            return
        for commands, replies in batch:
            settle(replies, [next(answers) for _ in commands])


def settle(replies: asyncio.Future[list[Any]], answers: list[Any]) -> None:
    """Hand the answers to a caller who still waits."""
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    if replies.done():
        return
    if errors:
        replies.set_exception(errors[0])
    else:
        replies.set_result(answers)

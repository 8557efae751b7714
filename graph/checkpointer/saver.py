"""A LangGraph checkpointer on core Redis commands; nothing else of Rebut is needed to use it.

Each thread is one hash, `{prefix}:1:{{thread}}`, so a put is one command, a read is one command and sees one
moment, and a Redis Cluster has nothing to keep together. Beside it stands one sorted set, `{prefix}:1:index`,
with a member per thread and per run of a thread. No key ever gets a time to live: what waits, waits.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import chain
from secrets import token_hex
from typing import Any, NoReturn, Self

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import WatchError

from graph.checkpointer.connection import Command, RedisConnection, RedisUnfit, greet
from graph.checkpointer.packer import Packer, name
from graph.checkpointer.thread import CheckpointRecord, Place, StoredThread, address, place, put_fields, write_fields

__all__ = ["RedisSaver", "RedisUnfit"]

PREFIX = "rebut:cp"
SCHEMA = 1
PAGE = 500


def _only_async(method: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *_args: object, **_kwargs: object) -> NoReturn:
        raise NotImplementedError(f"{type(self).__name__} is async only: call `a{method}`, not `{method}`.")

    return refuse


class RedisSaver(BaseCheckpointSaver[str]):
    """Keeps LangGraph checkpoints in Redis 6.2 or newer, Valkey or a Redis Cluster, without modules.

    Every put, every set of writes and every read of a checkpoint is one round trip. The default serializer
    revives plain types and LangGraph's own (`SAFE_MSGPACK_TYPES`) and no other class; lone surrogates become "?".
    """

    def __init__(
        self, client: Redis | RedisCluster, *, prefix: str = PREFIX, serde: SerializerProtocol | None = None
    ) -> None:
        super().__init__(serde=serde or JsonPlusSerializer(allowed_msgpack_modules=None))
        if client.get_encoder().decode_responses:
            raise ValueError("RedisSaver stores bytes: open the client without decode_responses.")
        if not prefix or "{" in prefix:
            raise ValueError("The prefix must not be empty, nor hold a brace: braces mark the Cluster hash tag.")
        self._redis: Any = client
        self._wire = RedisConnection(client)
        self._prefix = f"{prefix}:{SCHEMA}"
        self._index = f"{self._prefix}:index"

    @classmethod
    @asynccontextmanager
    async def from_url(
        cls,
        url: str,
        *,
        prefix: str = PREFIX,
        max_connections: int = 32,
        timeout: float = 5,  # noqa: ASYNC109  the pool's and the sockets' limit, not this call's
    ) -> AsyncIterator[Self]:
        """Open a checked saver on `redis://`, `rediss://` or `unix://`, with its own pool, and close both.

        A caller waits up to `timeout` seconds for a free connection; each command may take as long. Lost
        connections are retried for about two seconds, which no command here minds. A server in Cluster mode
        gets a Cluster client. Raises `RedisUnfit`.
        """
        patience = {
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            "retry": Retry(ExponentialWithJitterBackoff(cap=1, base=0.1), 5),
        }
        pool = BlockingConnectionPool.from_url(url, max_connections=max_connections, timeout=timeout, **patience)
        async with Redis.from_pool(pool) as client:
            saver = cls(client, prefix=prefix)
            clustered = await saver.setup() == "cluster"
            if not clustered:
                yield saver
        if clustered:
            # A Cluster client has no waiting pool: past its limit it raises, so the limit must not bind.
            async with RedisCluster.from_url(url, max_connections=2**16, **patience) as cluster:
                yield cls(cluster, prefix=prefix)

    async def setup(self) -> str:
        """Check that the server answers and is 6.2 or newer; give its mode, "standalone" or "cluster".

        Raises `RedisUnfit` with one sentence that says what is wrong.
        """
        return await greet(self._redis)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint that `config` names, or the latest of its thread and namespace, or None."""
        thread = await self._read(place(config)[0])
        return thread.get_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  the base class names it so
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Return checkpoints newest first; without a `thread_id` every thread in turn, each newest first.

        Without a `checkpoint_ns` all namespaces count. One round trip per thread; memory of one thread at a time.
        """
        async for thread_id in self._threads(config):
            if limit is not None and limit <= 0:
                return
            thread = await self._read(thread_id)
            for found in thread.list(config, filter=filter, before=before, limit=limit):
                yield found
                limit = None if limit is None else limit - 1

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint, whole or not at all, and give the config that finds it.

        Only channels in `new_versions` are written; the others stay where an earlier put left them.
        """
        thread_id, namespace, parent = place(config)
        record = CheckpointRecord(dict(checkpoint), get_checkpoint_metadata(config, metadata), parent)
        fields = put_fields(self._packer, namespace, record, new_versions)
        members = _runs(thread_id, [record]) if parent is None or "run_id" in record.metadata else ()
        # The index goes first: an entry without a thread is skipped, a thread without an entry is lost.
        entries = [("ZADD", self._index, 0, member) for member in members]
        await self._wire.send(*entries, ("HSET", self._key(thread_id), *chain(*fields.items())))
        return address(thread_id, namespace, checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store a task's writes beside its checkpoint, all or none.

        A write stored before under the same task and position stays; errors, interrupts and resumes are replaced.
        """
        thread_id, namespace, checkpoint_id = place(config)
        at = (namespace, checkpoint_id or "")
        fields = write_fields(self._packer, at, writes, task_id=task_id, task_path=task_path)
        key = self._key(thread_id)
        commands: list[Command] = [("HSETNX", key, *field) for field in fields.regular.items()]
        # Long values go with or ahead of the writes that name them; alone they are nothing.
        if sets := {**fields.shared, **fields.special}:
            commands.insert(0, ("HSET", key, *chain(*sets.items())))
        await self._wire.send(*commands)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread; an unknown one is no error."""
        thread = await self._read(thread_id)
        await self._redis.delete(self._key(thread_id))
        await self._redis.zrem(self._index, *_members(thread_id, thread, thread.places()))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Forget every checkpoint whose metadata has one of these `run_id`s, with its writes and lone values."""
        wanted = set(run_ids)
        members = [member for run_id in wanted async for member in self._members_under("run", run_id)]
        for thread_id in {member[2] for member in members}:
            await self._keep(thread_id, partial(_others, wanted))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Add all that one thread holds to another, which keeps what it had under other checkpoint ids."""
        fields = await self._redis.hgetall(self._key(source_thread_id))
        if fields:
            source = StoredThread(source_thread_id, fields, self._packer)
            members = _members(target_thread_id, source, source.places())
            await self._redis.zadd(self._index, dict.fromkeys(members, 0))
            await self._redis.hset(self._key(target_thread_id), mapping=fields)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep of each thread only the newest checkpoint per namespace with its writes, or ("delete") nothing.

        Ancestors that a delta channel is rebuilt from are kept too. Raises `ValueError` for another strategy.
        """
        if strategy not in {"keep_latest", "delete"}:
            raise ValueError(f"Unknown strategy {strategy!r}: keep_latest or delete.")
        for thread_id in thread_ids:
            if strategy == "delete":
                await self.adelete_thread(thread_id)
            else:
                await self._keep(thread_id, StoredThread.heads)

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """Walk the ancestors of a checkpoint for these channels, as the base class defines, in one round trip."""
        thread = await self._read(place(config)[0])
        return thread.get_delta_channel_history(config=config, channels=channels)

    def get_next_version(self, current: str | int | None, channel: None = None) -> str:  # noqa: ARG002
        """Return a version after `current`; two branches of a thread never get the same one."""
        number = int(str(current).partition(".")[0]) if current else 0
        return f"{number + 1:010}.{token_hex(6)}"

    @property
    def _packer(self) -> Packer:
        # Not kept: `with_allowlist` copies the saver and swaps the serializer.
        return Packer(self.serde)

    def _key(self, thread_id: str) -> bytes:
        return f"{self._prefix}:{{{thread_id}}}".encode(errors="surrogatepass")

    async def _read(self, thread_id: str) -> StoredThread:
        return StoredThread(thread_id, (await self._wire.send(("HGETALL", self._key(thread_id))))[0], self._packer)

    async def _keep(self, thread_id: str, choose: Callable[[StoredThread], set[Place]]) -> None:
        """Cut a thread down to the places that `choose` gives; looks again if a put came between."""
        key = self._key(thread_id)
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                await pipe.watch(key)
                thread = StoredThread(thread_id, await pipe.hgetall(key), self._packer)
                kept = choose(thread)
                stale = thread.stale(kept)
                pipe.multi()
                if stale:
                    pipe.hdel(key, *stale)
                with suppress(WatchError):
                    await pipe.execute()
                    break
        left = _members(thread_id, thread, kept) if len(stale) < len(thread.names) else set()
        if gone := _members(thread_id, thread, thread.places()) - left:
            await self._redis.zrem(self._index, *gone)

    async def _threads(self, config: RunnableConfig | None) -> AsyncIterator[str]:
        wanted = config["configurable"].get("thread_id") if config else None
        if wanted is not None:
            yield str(wanted)
            return
        async for member in self._members_under("thread"):
            yield member[1]

    async def _members_under(self, *parts: str) -> AsyncIterator[list[str]]:
        prefix = name(*parts)[:-1].encode() + b","
        low = b"[" + prefix
        while page := await self._redis.zrangebylex(self._index, low, b"(" + prefix + b"\xff", 0, PAGE):
            for member in page:
                yield json.loads(member)
            low = b"(" + page[-1]

    get_tuple = _only_async("get_tuple")
    list = _only_async("list")
    put = _only_async("put")
    put_writes = _only_async("put_writes")
    delete_thread = _only_async("delete_thread")
    delete_for_runs = _only_async("delete_for_runs")
    copy_thread = _only_async("copy_thread")
    prune = _only_async("prune")
    get_delta_channel_history = _only_async("get_delta_channel_history")


def _others(run_ids: set[str], thread: StoredThread) -> set[Place]:
    return {at for at in thread.places() if str(thread.record(at).metadata.get("run_id")) not in run_ids}


def _members(thread_id: str, thread: StoredThread, places: Iterable[Place]) -> set[str]:
    return _runs(thread_id, [thread.record(at) for at in places])


def _runs(thread_id: str, records: Sequence[CheckpointRecord]) -> set[str]:
    runs = {str(record.metadata["run_id"]) for record in records if "run_id" in record.metadata}
    return {name("thread", thread_id), *(name("run", run_id, thread_id) for run_id in runs)}

"""What one thread looks like inside its Redis hash: field names, packed values, and a reader over both."""

import json
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    writes_sort_key,
)

from graph.checkpointer.packer import Packer, Part, name

Place = tuple[str, str]  # checkpoint namespace, checkpoint id


def place(config: RunnableConfig) -> tuple[str, str, str | None]:
    """Return the thread id, the namespace ("" unless set) and the checkpoint id (None for the latest)."""
    where = config["configurable"]
    return str(where["thread_id"]), where.get("checkpoint_ns", ""), get_checkpoint_id(config)


def address(thread_id: str, namespace: str, checkpoint_id: str) -> RunnableConfig:
    """Return the config that finds this checkpoint again."""
    return {
        "configurable": {
            "thread_id": thread_id,
            "checkpoint_ns": namespace,
            "checkpoint_id": checkpoint_id,
        }
    }


class CheckpointRecord(NamedTuple):
    """A stored checkpoint without its channel values, which lie in fields of their own."""

    checkpoint: dict[str, Any]
    metadata: CheckpointMetadata
    parent: str | None


class PendingWrite(NamedTuple):
    """A stored write; `packed` stays packed until someone asks for the value."""

    task_path: str
    task_id: str
    slot: int
    channel: str
    packed: bytes


def put_fields(
    packer: Packer, namespace: str, record: CheckpointRecord, versions: Mapping[str, Part]
) -> dict[str, bytes]:
    """Return the fields of one put: the record, and a value for each channel that has a new version.

    `record.checkpoint` carries its `channel_values`; a channel without a value in it gets no field.
    """
    checkpoint = dict(record.checkpoint)
    values = checkpoint.pop("channel_values")
    shared: dict[str, bytes] = {}
    fields = {
        name("v", namespace, channel, version): packer.pack(values[channel], shared)
        for channel, version in versions.items()
        if channel in values
    }
    stored = [checkpoint, record.metadata, record.parent]
    return {name("c", namespace, checkpoint["id"]): packer.pack(stored), **fields, **shared}


class PendingWrites(NamedTuple):
    """The fields of one task's writes: long values, regular writes (the first stays), special ones (the last does)."""

    shared: dict[str, bytes]
    regular: dict[str, bytes]
    special: dict[str, bytes]


def write_fields(
    packer: Packer, at: Place, writes: Sequence[tuple[str, Any]], *, task_id: str, task_path: str
) -> PendingWrites:
    """Return the fields of a task's writes; regular ones share a field, so that all arrive or none.

    The name of that field ends in their number.
    """
    shared: dict[str, bytes] = {}
    records = [
        (WRITES_IDX_MAP.get(channel, position), channel, packer.pack(value, shared))
        for position, (channel, value) in enumerate(writes)
    ]
    regular = [entry for entry in records if entry[0] >= 0]
    special = {name("w", *at, task_id, entry[0]): _bundle(task_path, [entry]) for entry in records if entry[0] < 0}
    together = {name("w", *at, task_id, len(regular)): _bundle(task_path, regular)} if regular else {}
    return PendingWrites(shared, together, special)


def _bundle(task_path: str, records: Sequence[tuple[int, str, bytes]]) -> bytes:
    head = name(task_path, *(part for slot, channel, packed in records for part in (slot, channel, len(packed))))
    return b"\n".join([head.encode(), b"".join(packed for *_, packed in records)])


def _unbundle(task_id: str, bundle: bytes) -> Iterator[PendingWrite]:
    head, _, body = bundle.partition(b"\n")
    task_path, *parts = json.loads(head)
    for slot, channel, length in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield PendingWrite(task_path, task_id, slot, channel, body[:length])
        body = body[length:]


class StoredThread(BaseCheckpointSaver[str]):
    """A read-only saver over one thread's hash as it was when read; never touches Redis."""

    def __init__(self, thread_id: str, fields: Mapping[bytes, bytes], packer: Packer) -> None:
        super().__init__(serde=packer.serde)
        self.thread_id = thread_id
        self.names = {raw: json.loads(raw) for raw in fields}
        self._packer = packer
        self._records: dict[Place, bytes | CheckpointRecord] = {}
        self._values: dict[tuple[str, str, Part], bytes] = {}
        self._shared: dict[str, bytes] = {}
        self._bundles: dict[Place, list[tuple[str, int, bytes]]] = {}
        for raw, packed in fields.items():
            self._sort(self.names[raw], packed)

    def _sort(self, parts: list[Any], packed: bytes) -> None:
        match parts:
            case ["c", namespace, checkpoint_id]:
                self._records[namespace, checkpoint_id] = packed
            case ["x", digest]:
                self._shared[digest] = packed
            case ["v", namespace, channel, version]:
                self._values[namespace, channel, version] = packed
            case ["w", namespace, checkpoint_id, task_id, count]:
                self._bundles.setdefault((namespace, checkpoint_id), []).append((task_id, count, packed))

    def _writes(self, at: Place) -> list[PendingWrite]:
        """Return the writes in replay order; of one task's regular bundles the longest holds the others."""
        bundles = sorted(self._bundles.get(at, ()), key=itemgetter(0, 1))
        longest = {(task_id, min(count, 0)): (task_id, packed) for task_id, count, packed in bundles}
        writes = [write for bundle in longest.values() for write in _unbundle(*bundle)]
        return sorted(writes, key=lambda write: writes_sort_key(*write[:3]))

    def _unpack(self, packed: bytes) -> Any:  # noqa: ANN401  whatever was packed
        return self._packer.unpack(packed, self._shared)

    def places(self) -> list[Place]:
        """Return every checkpoint of the thread, newest first over all namespaces."""
        return sorted(self._records, key=itemgetter(1), reverse=True)

    def latest(self, namespace: str) -> str | None:
        """Return the newest checkpoint id of a namespace."""
        return max((checkpoint_id for ns, checkpoint_id in self._records if ns == namespace), default=None)

    def record(self, at: Place) -> CheckpointRecord:
        """Return the record at a place that `places` named."""
        stored = self._records[at]
        if isinstance(stored, bytes):
            stored = self._records[at] = CheckpointRecord(*self._unpack(stored))
        return stored

    def values(self, at: Place) -> dict[str, bytes]:
        """Return the packed value of each channel that has one at this checkpoint."""
        keys = self._value_keys(at)
        return {channel: self._values[key] for channel, key in keys.items() if key in self._values}

    def _value_keys(self, at: Place) -> dict[str, tuple[str, str, Part]]:
        versions: dict[str, Part] = self.record(at).checkpoint["channel_versions"]
        return {channel: (at[0], channel, version) for channel, version in versions.items()}

    def tuple_at(self, at: Place) -> CheckpointTuple:
        """Return the whole checkpoint at a place that `places` named."""
        record = self.record(at)
        values = {channel: self._unpack(packed) for channel, packed in self.values(at).items()}
        parent = address(self.thread_id, at[0], record.parent) if record.parent else None
        return CheckpointTuple(
            config=address(self.thread_id, *at),
            checkpoint=Checkpoint(**{**record.checkpoint, "channel_values": values}),  # type: ignore[typeddict-item]
            metadata=record.metadata,
            parent_config=parent,
            pending_writes=[(w.task_id, w.channel, self._unpack(w.packed)) for w in self._writes(at)],
        )

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint that `config` names, or the latest of its namespace."""
        _, namespace, wanted = place(config)
        found = (namespace, wanted or self.latest(namespace) or "")
        return self.tuple_at(found) if found in self._records else None

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  the base class names it so
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Return the matching checkpoints, newest first; every pair in `filter` must equal the metadata's."""
        where = config["configurable"] if config else {}
        namespace, wanted = where.get("checkpoint_ns"), where.get("checkpoint_id")
        end = get_checkpoint_id(before) if before else None
        for at in self.places() if limit is None or limit > 0 else ():
            if (namespace is not None and at[0] != namespace) or (wanted and at[1] != wanted):
                continue
            if (end and at[1] >= end) or not self._matches(at, filter or {}):
                continue
            yield self.tuple_at(at)
            limit = limit and limit - 1
            if limit == 0:
                return

    def _matches(self, at: Place, wanted: Mapping[str, Any]) -> bool:
        metadata: Mapping[str, Any] = self.record(at).metadata
        return all(metadata.get(key) == value for key, value in wanted.items())

    def heads(self) -> set[Place]:
        """Return the newest checkpoint of each namespace, and the ancestors its delta channels are rebuilt from."""
        kept: set[Place] = set()
        for namespace in {ns for ns, _ in self._records}:
            current = (namespace, self.latest(namespace) or "")
            open_deltas = set(self.record(current).metadata.get("counters_since_delta_snapshot") or ())
            kept.add(current)
            while open_deltas := open_deltas - self.values(current).keys():
                current = (namespace, self.record(current).parent or "")
                if current not in self._records:
                    break
                kept.add(current)
        return kept

    def stale(self, kept: set[Place]) -> set[bytes]:
        """Return the fields that a thread of only the `kept` checkpoints does without.

        Writes that wait for a checkpoint newer than any stored one are kept: its put may be on the way.
        """
        newest = {namespace: self.latest(namespace) or "" for namespace, _ in self._records}
        alive = kept | {at for at in self._bundles if at[1] > newest.get(at[0], "")}
        values = {key for at in kept for key in self._value_keys(at).values() if key in self._values}
        packed = [self._values[key] for key in values]
        packed += [write.packed for at in alive for write in self._writes(at)]
        digests = {value.partition(b":")[2].decode() for value in packed if value[:1] == b"@"}
        return {raw for raw, parts in self.names.items() if not _needed(parts, alive, values, digests)}


def _needed(parts: Sequence[Any], alive: set[Place], values: set[tuple[str, str, Part]], digests: set[str]) -> bool:
    match parts:
        case ["x", digest]:
            return digest in digests
        case ["v", *key]:
            return tuple(key) in values
        case _:
            return (parts[1], parts[2]) in alive

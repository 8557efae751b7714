"""What one thread looks like inside its Redis hash: field names, packed values, and a reader over both."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from langgraph.checkpoint.serde.base import SerializerProtocol

Part = str | int | float
Place = tuple[str, str]  # checkpoint namespace, checkpoint id

WORTH_SQUEEZING = 512  # bytes; below this zlib saves less than it costs


def name(*parts: Part) -> str:
    """Give a hash field or index member that no other parts can give; ASCII, whatever the parts hold."""
    return json.dumps(parts, separators=(",", ":"))


def place(config: RunnableConfig) -> tuple[str, str, str | None]:
    """Give the thread id, the namespace ("" unless set) and the checkpoint id (None for the latest)."""
    where = config["configurable"]
    return str(where["thread_id"]), where.get("checkpoint_ns", ""), get_checkpoint_id(config)


def address(thread_id: str, namespace: str, checkpoint_id: str) -> RunnableConfig:
    """Give the config that finds this checkpoint again."""
    return {
        "configurable": {
            "thread_id": thread_id,
            "checkpoint_ns": namespace,
            "checkpoint_id": checkpoint_id,
        }
    }


@dataclass(frozen=True, slots=True)
class Packer:
    """Turns values to bytes and back: `{type}:{payload}`, `z` before the type where zlib made it smaller."""

    serde: SerializerProtocol

    def pack(self, value: object) -> bytes:
        """Give bytes for any value the serializer accepts; raises what the serializer raises."""
        kind, data = self.serde.dumps_typed(value)
        squeezed = zlib.compress(data, 1) if len(data) >= WORTH_SQUEEZING else data
        if len(squeezed) < len(data):
            return b"z" + kind.encode() + b":" + squeezed
        return b"=" + kind.encode() + b":" + data

    def unpack(self, packed: bytes) -> Any:  # noqa: ANN401  the value is whatever was packed
        """Give back what `pack` took, within the types the serializer allows."""
        kind, _, data = packed[1:].partition(b":")
        return self.serde.loads_typed((kind.decode(), zlib.decompress(data) if packed[:1] == b"z" else data))


class Record(NamedTuple):
    """A stored checkpoint without its channel values, which lie in fields of their own."""

    checkpoint: dict[str, Any]
    metadata: CheckpointMetadata
    parent: str | None


class Write(NamedTuple):
    """A stored write; `packed` stays packed until someone asks for the value."""

    task_path: str
    task_id: str
    slot: int
    channel: str
    packed: bytes


def put_fields(packer: Packer, namespace: str, record: Record, versions: Mapping[str, Part]) -> dict[str, bytes]:
    """Give the fields of one put: the record, and a value for each channel that has a new version.

    `record.checkpoint` carries its `channel_values`; a channel without a value in it gets no field.
    """
    checkpoint = dict(record.checkpoint)
    values = checkpoint.pop("channel_values")
    fields = {
        name("v", namespace, channel, version): packer.pack(values[channel])
        for channel, version in versions.items()
        if channel in values
    }
    stored = [checkpoint, record.metadata, record.parent]
    return {name("c", namespace, checkpoint["id"]): packer.pack(stored), **fields}


def write_fields(
    packer: Packer, at: Place, writes: Sequence[tuple[str, Any]], *, task_id: str, task_path: str
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Give the fields of a task's writes: those where the first one stays, and those where the last one does."""
    first: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    for position, (channel, value) in enumerate(writes):
        index = WRITES_IDX_MAP.get(channel, position)
        packed = name(channel, task_path).encode() + b"\n" + packer.pack(value)
        (last if index < 0 else first)[name("w", *at, task_id, index)] = packed
    return first, last


class Thread(BaseCheckpointSaver[str]):
    """A read-only saver over one thread's hash as it was when read; never touches Redis."""

    def __init__(self, thread_id: str, fields: Mapping[bytes, bytes], packer: Packer) -> None:
        super().__init__(serde=packer.serde)
        self.thread_id = thread_id
        self.names = {raw: json.loads(raw) for raw in fields}
        self._packer = packer
        self._records: dict[Place, bytes | Record] = {}
        self._values: dict[tuple[str, str, Part], bytes] = {}
        self._writes: dict[Place, list[Write]] = {}
        for raw, packed in fields.items():
            self._sort(self.names[raw], packed)

    def _sort(self, parts: list[Any], packed: bytes) -> None:
        match parts:
            case ["c", namespace, checkpoint_id]:
                self._records[namespace, checkpoint_id] = packed
            case ["v", namespace, channel, version]:
                self._values[namespace, channel, version] = packed
            case ["w", namespace, checkpoint_id, task_id, index]:
                head, _, value = packed.partition(b"\n")
                channel, task_path = json.loads(head)
                write = Write(task_path, task_id, index, channel, value)
                self._writes.setdefault((namespace, checkpoint_id), []).append(write)

    def places(self) -> list[Place]:
        """Give every checkpoint of the thread, newest first over all namespaces."""
        return sorted(self._records, key=itemgetter(1), reverse=True)

    def latest(self, namespace: str) -> str | None:
        """Give the newest checkpoint id of a namespace."""
        return max((checkpoint_id for ns, checkpoint_id in self._records if ns == namespace), default=None)

    def record(self, at: Place) -> Record:
        """Give the record at a place that `places` named."""
        stored = self._records[at]
        if isinstance(stored, bytes):
            stored = self._records[at] = Record(*self._packer.unpack(stored))
        return stored

    def values(self, at: Place) -> dict[str, bytes]:
        """Give the packed value of each channel that has one at this checkpoint."""
        versions: dict[str, Part] = self.record(at).checkpoint["channel_versions"]
        keys = {channel: (at[0], channel, version) for channel, version in versions.items()}
        return {channel: self._values[key] for channel, key in keys.items() if key in self._values}

    def tuple_at(self, at: Place) -> CheckpointTuple:
        """Give the whole checkpoint at a place that `places` named."""
        record = self.record(at)
        values = {channel: self._packer.unpack(packed) for channel, packed in self.values(at).items()}
        writes = sorted(self._writes.get(at, ()), key=lambda write: writes_sort_key(*write[:3]))
        parent = address(self.thread_id, at[0], record.parent) if record.parent else None
        return CheckpointTuple(
            config=address(self.thread_id, *at),
            checkpoint=Checkpoint(**{**record.checkpoint, "channel_values": values}),  # type: ignore[typeddict-item]
            metadata=record.metadata,
            parent_config=parent,
            pending_writes=[(w.task_id, w.channel, self._packer.unpack(w.packed)) for w in writes],
        )

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Give the checkpoint that `config` names, or the latest of its namespace."""
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
        """Give the matching checkpoints, newest first; every pair in `filter` must equal the metadata's."""
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
        """Give the newest checkpoint of each namespace, and the ancestors its delta channels are rebuilt from."""
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
        """Give the fields that a thread of only the `kept` checkpoints does without.

        Writes that wait for a checkpoint newer than any stored one are kept: its put may be on the way.
        """
        versions = {
            (ns, channel, version)
            for ns, checkpoint_id in kept
            for channel, version in self.record((ns, checkpoint_id)).checkpoint["channel_versions"].items()
        }
        newest = {ns: self.latest(ns) or "" for ns, _ in self._records}
        return {raw for raw, parts in self.names.items() if not _needed(parts, kept, versions, newest)}


def _needed(
    parts: Sequence[Any], kept: set[Place], versions: set[tuple[str, str, Part]], newest: Mapping[str, str]
) -> bool:
    kind, namespace, third = parts[:3]
    if kind == "v":
        return (namespace, third, parts[3]) in versions
    ahead = kind == "w" and third > newest.get(namespace, "")
    return ahead or (namespace, third) in kept

"""Values as bytes: what a Redis field holds, and how fields are named."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.types import Interrupt, Send

Part = str | int | float

WORTH_SHARING = 512  # bytes; below this a field of its own costs more than a second copy

_encode = json.JSONEncoder(separators=(",", ":")).encode


def name(*parts: Part) -> str:
    """Return a hash field or index member that no other parts can give; ASCII, whatever the parts hold."""
    return _encode(parts)


@lru_cache(maxsize=32)
def squeeze(data: bytes) -> tuple[str, bytes]:
    """Return digest and zlib form; a step's writes come back as channel values at once, so a few are remembered."""
    return blake2b(data, digest_size=16).hexdigest(), zlib.compress(data, 1)


@dataclass(frozen=True, slots=True)
class Packer:
    """Packs values as bytes and back: `={type}:{payload}`, or `@{type}:{digest}` of a field that holds the payload.

    A long value is stored once per thread, however many writes and checkpoints hold it.
    """

    serde: SerializerProtocol

    def pack(self, value: object, shared: dict[str, bytes] | None = None) -> bytes:
        """Return bytes for a value, and add the field of a long one to `shared`; raises what the serializer raises."""
        kind, data = self._dump(value)
        if shared is None or len(data) < WORTH_SHARING:
            return b"=%s:%s" % (kind.encode(), data)
        digest, squeezed = squeeze(bytes(data))
        shared[name("x", digest)] = squeezed
        return f"@{kind}:{digest}".encode()

    def unpack(self, packed: bytes, shared: Mapping[str, bytes]) -> Any:  # noqa: ANN401  whatever was packed
        """Return back what `pack` took, within the types the serializer allows."""
        kind, _, data = packed[1:].partition(b":")
        payload = zlib.decompress(shared[data.decode()]) if packed[:1] == b"@" else data
        return self.serde.loads_typed((kind.decode(), payload))

    def _dump(self, value: object) -> tuple[str, bytes]:
        try:
            return self.serde.dumps_typed(value)
        except TypeError:
            # The serializer mends lone surrogates in values but not in the keys of a dict.
            mended = mend(value)
            if mended == value:
                raise
            return self.serde.dumps_typed(mended)


def mend(value: object) -> object:
    """Replace every lone surrogate by "?" in plain containers and in what LangGraph wraps around them."""
    mended = value
    match value:
        case str():
            mended = value.encode(errors="replace").decode()
        case dict():
            mended = {mend(key): mend(item) for key, item in value.items()}
        case list():
            mended = [mend(item) for item in value]
        case Interrupt():
            mended = replace(value, value=mend(value.value))
        case Send():
            mended = Send(value.node, mend(value.arg), timeout=value.timeout)
        case tuple() if type(value) is tuple:
            mended = tuple(mend(item) for item in value)
    return mended

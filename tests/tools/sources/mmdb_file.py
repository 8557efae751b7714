"""Writes small MaxMind DB files, after version 2 of the format."""

import ipaddress
import struct
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_TEXT, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY, _BOOLEAN = 2, 5, 6, 7, 9, 11, 14
_BYTES = {_UINT16: 2, _UINT32: 4, _UINT64: 8}
_EXTENDED, _LONGER = 7, 29  # the last type that fits the first byte, the first size that does not


def write_mmdb(
    records: dict[str, dict[str, Any]], *, kind: str = "GeoLite2-Country", made: int = 1_795_000_000, version: int = 6
) -> bytes:
    """Return a database of records by network; an IPv4 network lies under ::/96 where the tree is one of IPv6."""
    tree: list[list[int | None]] = [[None, None]]
    data, places = b"", dict[str, int]()
    for network, record in records.items():
        places[network] = len(data)
        data += _encode(record)
    leaves: list[tuple[int, int, str]] = []
    for network in records:
        bits = _bits(network, version)
        node = 0
        for bit in bits[:-1]:
            following = tree[node][bit]
            if following is None:
                following = len(tree)
                tree[node][bit] = following
                tree.append([None, None])
            node = following
        leaves.append((node, bits[-1], network))
    count = len(tree)
    for node, bit, network in leaves:
        tree[node][bit] = count + 16 + places[network]
    nodes = b"".join(struct.pack(">II", *(count if to is None else to for to in pair)) for pair in tree)
    told = {
        "node_count": count,
        "record_size": _Uint16(32),
        "ip_version": _Uint16(version),
        "database_type": kind,
        "languages": ["en"],
        "binary_format_major_version": _Uint16(2),
        "binary_format_minor_version": _Uint16(0),
        "build_epoch": _Uint64(made),
        "description": {"en": "made by a test"},
    }
    return nodes + bytes(16) + data + _MARKER + _encode(told)


class _Uint16(int):
    """A number that is written as uint16, as the C library insists for these."""


class _Uint64(int):
    """A number that is written as uint64."""


def _bits(network: str, version: int) -> list[int]:
    parsed = ipaddress.ip_network(network)
    ahead = 96 if version == 6 and parsed.version == 4 else 0
    written = f"{int(parsed.network_address):0{parsed.max_prefixlen}b}"[: parsed.prefixlen]
    return [0] * ahead + [int(bit) for bit in written]


def _encode(value: Any) -> bytes:
    if isinstance(value, str):
        return _control(_TEXT, len(value.encode())) + value.encode()
    if isinstance(value, bool):
        return _control(_BOOLEAN, int(value))
    if isinstance(value, int):
        kind = _UINT16 if isinstance(value, _Uint16) else _UINT64 if isinstance(value, _Uint64) else _UINT32
        return _control(kind, _BYTES[kind]) + value.to_bytes(_BYTES[kind], "big")
    if isinstance(value, dict):
        return _control(_MAP, len(value)) + b"".join(_encode(k) + _encode(v) for k, v in value.items())
    return _control(_ARRAY, len(value)) + b"".join(map(_encode, value))


def _control(kind: int, size: int) -> bytes:
    longer = bytes([size - _LONGER]) if size >= _LONGER else b""
    first = min(size, _LONGER)
    return (bytes([kind << 5 | first]) if kind <= _EXTENDED else bytes([first, kind - _EXTENDED])) + longer

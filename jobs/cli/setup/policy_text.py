"""A merchant's own policy: the shipped default with their name and refund policy in it."""

import json

from disputes import policy

_MERCHANT = '[merchant]\nname = ""\nrefund_policy = ""\n'


def write_policy(name: str, refund_policy: str) -> str:
    """Return the text of a policy file: the shipped default with these words of the merchant's."""
    default = policy.path_of("default").read_text("utf-8")
    lines = {"name": name, "refund_policy": refund_policy}
    merchant = "[merchant]\n" + "".join(f"{key} = {_quote(value)}\n" for key, value in lines.items())
    whole, found, rest = default.partition(_MERCHANT)
    if not found:
        raise RuntimeError("The shipped policy has no empty [merchant] to fill in.")
    return whole.replace('name = "default"', 'name = "own"', 1) + merchant + rest


def _quote(value: str) -> str:
    # JSON's escapes are TOML's, but for the one control character that JSON takes as it stands.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")

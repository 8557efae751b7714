"""A spreadsheet of Google's with one sheet, and Google's login for service accounts."""

import base64
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.tools.messages.cards.server import SeenCard, ToolServer, ok, shapes_of
from tests.tools.sources.vendor_server import ReceivedCall, Reply


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def key_file() -> str:
    """Return the JSON key of the recorded account, in one line."""
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = private_key().private_bytes(serialization.Encoding.PEM, *kept).decode()
    return json.dumps({**shapes_of("sheets")["account"], "private_key": pem})


@dataclass
class SheetsServer(ToolServer):
    name: str = "sheets"
    rows: list[list[str]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, call: ReceivedCall) -> Reply:
        if call.path == "/token":
            return self._token(call)
        token = self.shapes["token"]["access_token"]
        if call.headers["authorization"] != f"Bearer {token}":
            return self.recorded("unauthorized")
        spreadsheet, _, place = call.path.removeprefix("/v4/spreadsheets/").partition("/values/")
        if spreadsheet != self.shapes["options"]["spreadsheet"]:
            return self.recorded("not_found")
        place = place.removeprefix("'Cases'!")
        if call.method == "GET":
            return self._read(place)
        return self._append(call, place) if call.method == "POST" else self._put(call, place)

    def creates(self, call: ReceivedCall) -> bool:
        return call.path.endswith(":append")

    def seen(self) -> list[SeenCard]:
        return [
            SeenCard(row[0], row[2], " ".join(row), row[1] == "closed", row[9] == "yes") for row in self.rows[1:] if row
        ]

    def delete(self) -> None:
        del self.rows[1:]

    def _token(self, call: ReceivedCall) -> Reply:
        signed, _, signature = call.form["assertion"].rpartition(".")
        private_key().public_key().verify(decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        head, claims = (json.loads(decoded(part)) for part in signed.split("."))
        assert head == {"alg": "RS256", "typ": "JWT", "kid": self.shapes["account"]["private_key_id"]}
        self.claims.append(claims)
        return ok(self.shapes["token"])

    def _read(self, place: str) -> Reply:
        assert place in {"A:A", "A1:N1"}
        values = self.shape("values")
        found = [row[:1] for row in self.rows] if place == "A:A" else self.rows[:1]
        if any(map(any, found)):
            values["values"] = found
        return ok(values)

    def _append(self, call: ReceivedCall, place: str) -> Reply:
        assert (place, call.query) == ("A1:append", {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"})
        assert self.rows[0][0]  # else the row would begin in the column of another table
        self.rows.append(self._cells(call))
        return ok(self.shape("appended"))

    def _put(self, call: ReceivedCall, place: str) -> Reply:
        number = int(re.fullmatch(r"A(\d+):N\1", place)[1])  # type: ignore[index]
        assert call.query == {"valueInputOption": "RAW"}
        self.rows.extend([] for _ in range(number - len(self.rows)))
        self.rows[number - 1] = self._cells(call)
        return ok(self.shape("updated"))

    def _cells(self, call: ReceivedCall) -> list[str]:
        cells: list[str]
        [cells] = call.json["values"]
        assert len(cells) == len("ABCDEFGHIJKLMN")
        return cells


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

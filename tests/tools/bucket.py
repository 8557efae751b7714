"""A small S3 server: puts, gets, lists and deletes objects, and records the signatures of the requests."""

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from tests.simulator.harness import served


@dataclass
class Bucket:
    """Objects by path; with a `status` other than 200 every request gets that status."""

    objects: dict[str, bytes] = field(default_factory=dict)
    signatures: list[str] = field(default_factory=list)
    status: int = 200
    url: str = ""

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.signatures.append(dict(scope["headers"]).get(b"authorization", b"").decode())
        status, answer = self._answer(scope, body) if self.status == 200 else (self.status, b"<Error/>")
        headers = [(b"content-type", b"application/xml"), (b"content-length", str(len(answer)).encode())]
        headers += [(b"etag", b'"1"'), (b"last-modified", b"Sat, 21 Nov 2026 12:00:00 GMT")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope, body):
        path, query = scope["path"], parse_qs(scope["query_string"].decode())
        if scope["method"] == "PUT":
            self.objects[path] = body
            return 200, b""
        if "delete" in parse_qs(scope["query_string"].decode(), keep_blank_values=True):
            return 200, self._deleted(path.rstrip("/"), body.decode())
        if "list-type" in query:
            return 200, self._listed(path.rstrip("/"), query.get("prefix", [""])[0])
        return (200, self.objects[path]) if path in self.objects else (404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _deleted(self, bucket, wanted):
        names = re.findall("<Key>(.*?)</Key>", wanted)
        rows = (f"<Deleted><Key>{name}</Key></Deleted>" for name in names if self.objects.pop(f"{bucket}/{name}", None))
        return f"<DeleteResult>{''.join(rows)}</DeleteResult>".encode()

    def _listed(self, bucket, prefix):
        names = [path.removeprefix(f"{bucket}/") for path in sorted(self.objects)]
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>"
            "<ETag>1</ETag><Size>1</Size></Contents>"
            for name in names
            if name.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    @asynccontextmanager
    async def serve(self):
        """Serve it on a port of this machine."""
        app: Any = self
        async with served(app) as url:
            self.url = url
            yield self

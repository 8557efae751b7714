"""A real HTTP server that answers OpenAI chat completions from a script."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from evals import http_server
from evals.http_server import LocalServer

Answer = tuple[int, str, str]
Reply = Callable[[dict[str, Any]], Answer | None]


@dataclass
class ModelServer(LocalServer):
    """Answers each request by the next reply of its script, then by the last again. `asked` holds their bodies."""

    script: list[Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = json.loads(await http_server.read_body(head, reader))
        self.paths.append(head.split()[1])
        self.asked.append(body)
        reply = self.script[min(len(self.asked), len(self.script)) - 1]
        answer = reply(body)
        if answer is None:
            await self.closing.wait()
            return
        status, kind, text = answer
        data = text.encode()
        writer.write(
            f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data
        )
        await writer.drain()


@asynccontextmanager
async def model_server(*script: Reply) -> AsyncIterator[ModelServer]:
    """Run a server with a script on a free port of localhost."""
    server = ModelServer(list(script))
    async with http_server.serving(server, path="/v1"):
        yield server


def says(content: str | None, *, finish: str = "stop", tokens: tuple[int, int] | None = None, **message: Any) -> Reply:
    """Answer with a chat completion; `tokens` are those asked and answered, where the endpoint counts them."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    if tokens:
        whole["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return lambda _: (200, "application/json", json.dumps(whole))


def chooses(
    *order: str,
    phrasings: Mapping[str, int] | None = None,
    draft: Sequence[tuple[str, str]] = (),
    tokens: tuple[int, int] | None = None,
) -> Reply:
    """Answer with a choice for a letter: the order of topics, phrasings by template, and drafted sentences."""
    chosen = [{"template": name, "phrasing": number} for name, number in (phrasings or {}).items()]
    drafted = [{"topic": topic, "text": text} for topic, text in draft]
    return answers({"order": list(order), "phrasings": chosen, "draft": drafted}, tokens=tokens)


def answers(data: dict[str, Any], *, tokens: tuple[int, int] | None = None) -> Reply:
    """Answer with data, as JSON text or as a call of the tool that was offered."""
    content = json.dumps(data)

    def reply(body: dict[str, Any]) -> Answer | None:
        if "tools" not in body:
            return says(content, tokens=tokens)(body)
        call = {"name": body["tools"][0]["function"]["name"], "arguments": content}
        tool = {"id": "t1", "type": "function", "function": call}
        return says(None, finish="tool_calls", tokens=tokens, tool_calls=[tool])(body)

    return reply


def fails(status: int, message: str = "no") -> Reply:
    """Answer with an error of the API."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None, "param": None}})
    return lambda _: (status, "application/json", body)


def sends(text: str, *, kind: str = "application/json") -> Reply:
    """Answer with any bytes."""
    return lambda _: (200, kind, text)


def hangs(_: dict[str, Any]) -> None:
    """Never answer."""


def only(method: str, reply: Reply) -> Reply:
    """Answer one way of structured output and refuse the others, as some endpoints do."""

    def choose(body: dict[str, Any]) -> Answer | None:
        way = "function_calling" if "tools" in body else body.get("response_format", {}).get("type")
        return reply(body) if way == method else fails(400, f"unsupported: {way}")(body)

    return choose

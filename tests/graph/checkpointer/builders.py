"""Small graphs and checkpoints that the tests of the saver share."""

from typing import Any
from uuid import uuid4

from langgraph.checkpoint.base import empty_checkpoint
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel


class CheckpointCase(BaseModel):
    dispute_id: str = ""
    facts: list[dict[str, Any]] = []
    letter: str = ""
    verdict: Any = None
    drafts: int = 0


def gather(case):
    return {"facts": [{"id": "f1", "text": "delivered " * 200}]}


def write(case):
    return {"letter": f"draft {case.drafts}: " + "we shipped it " * 100, "drafts": case.drafts + 1}


def review(case):
    return {"verdict": interrupt({"ask": "file it?", "letter": case.letter})}


def a_graph(saver):
    graph = StateGraph(CheckpointCase)
    for step in (gather, write, review):
        graph.add_node(step)
    graph.add_edge(START, "gather")
    graph.add_edge("gather", "write")
    graph.add_edge("write", "review")
    graph.add_edge("review", END)
    return graph.compile(checkpointer=saver)


def a_thread(thread_id=None):
    return {"configurable": {"thread_id": thread_id or uuid4().hex}}


async def suspended(saver, thread=None):
    thread = thread or a_thread()
    await a_graph(saver).ainvoke({"dispute_id": "du_1"}, thread, durability="sync")
    return thread


async def a_put(saver, value, *, thread=None, **metadata):
    checkpoint = empty_checkpoint() | {"channel_values": {"ch": value}, "channel_versions": {"ch": "1.a"}}
    config = {"configurable": {"checkpoint_ns": "", **(thread or a_thread())["configurable"]}}
    return await saver.aput(config, checkpoint, {"source": "loop", "step": 0, **metadata}, {"ch": "1.a"})


async def value_at(saver, config):
    return (await saver.aget_tuple(config)).checkpoint["channel_values"]["ch"]


async def ids(found):
    return [each.config["configurable"]["checkpoint_id"] async for each in found]

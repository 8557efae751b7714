"""The steps that may follow a step are the edges of the compiled graph, no more and no fewer."""

from itertools import product
from typing import get_args

from disputes.case import Action, Decision, Route, Verdict
from graph.build import STEPS, build
from graph.state import State
from graph.steps import following
from graph.studio import shut


def every_state(step: str) -> list[State]:
    routes = [None, *(Route(action=action) for action in get_args(Action))]
    verdicts = [None, *(Verdict(decision=decision) for decision in get_args(Decision))]
    return [
        State(dispute_id="du_1", step=step, route=route, verdict=verdict, decided=decided)
        for route, verdict, decided in product(routes, verdicts, (None, 2))
    ]


def test_what_may_follow_a_step_is_what_the_graph_leads_to():
    edges = {(edge.source, edge.target) for edge in build(shut()).get_graph().edges}
    allowed = {(step, after) for step in STEPS for state in every_state(step) for after in following(state)}
    again = {("review", "review")}  # a node that leads to itself is not drawn
    assert allowed - again == {edge for edge in edges if not set(edge) & {"__start__", "__end__"}} - again


def test_nothing_follows_the_last_step_or_none():
    assert following(State(dispute_id="du_1", step="record_outcome")) == ()
    assert following(State(dispute_id="du_1")) == ()

"""LangGraph's own conformance suite on every server we promise."""

from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.capabilities import ALL_CAPABILITIES
from langgraph.checkpoint.conformance.report import ProgressCallbacks

from graph.checkpointer.saver import RedisSaver

pytest_plugins = ["tests.graph.checkpointer.redis_servers"]


async def conformance(url):
    @checkpointer_test(name="RedisSaver")
    async def saver():
        async with RedisSaver.from_url(url) as opened:
            yield opened

    return await validate(saver, progress=ProgressCallbacks.quiet())


def assert_full(report):
    # passed_all() alone is content with capabilities that were never detected.
    assert set(report.results) == {capability.value for capability in ALL_CAPABILITIES}
    assert {name: result.failures for name, result in report.results.items() if result.passed is not True} == {}
    assert all(result.tests_passed > 0 for result in report.results.values())
    assert report.passed_all()
    assert report.conformance_level() == "FULL"


async def test_conforms_in_full_base_and_extended(each_redis_url):
    assert_full(await conformance(each_redis_url))


async def test_conforms_in_full_on_a_cluster(cluster_url):
    assert_full(await conformance(cluster_url))

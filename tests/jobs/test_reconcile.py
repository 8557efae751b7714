"""`rebut reconcile` prints what differs from Stripe and says so by its exit status."""

from pathlib import Path

import httpx

from tests.jobs.children import a_child, caller, point_webhooks, run, steer, wait_for_state


async def test_nothing_differs_until_stripe_moves_on_and_no_event_says_so(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]
):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as serve:
        url = await point_webhooks(shop, serve)
        dispute_id = (await steer(shop, "scenarios", name="not_received_high"))["disputes"][0]["id"]
        async with caller(url) as api:
            await wait_for_state(api, dispute_id, "waiting")
        await steer(shop, "settings", webhook="http://127.0.0.1:9/")
        agreeing = await run("reconcile", folder=folder, **environ)
        await steer(shop, f"disputes/{dispute_id}/set", status="lost")
        differing = await run("reconcile", folder=folder, **environ)
    assert agreeing[:2] == (0, "")
    assert agreeing[2].splitlines()[-1] == "Differences between Rebut and Stripe: 0."
    assert differing[0] == 1
    assert differing[1] == f"{dispute_id}: The case is waiting here without an outcome, and Stripe says lost.\n"

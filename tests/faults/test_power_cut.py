"""Everything is killed at once while people work, as a power cut does it; the next start has every answer that was given."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import httpx

from tests.faults.accounts import at_rest, mistakes, number
from tests.product import Product
from tests.story import CHEN, DEFECT, PLAN, QUALITY, TRIAGE, WANG, ZHAO, Sender, decide, post, task_of, until

COMPLAINTS = 9
#: What is promised is eight seconds on a quiet machine; here others may be busy, so only the print is exact.
PATIENCE = 30


def test_a_power_cut_in_the_middle_of_tasks_loses_nothing(product: Product) -> None:
    sender, agent = Sender(product), product.client(WANG)
    texts = [f"第{n}位 {DEFECT}" for n in range(COMPLAINTS)]
    sender.deliver(*(post(text) for text in texts))
    tasks = [task_of(agent, "triage", text) for text in texts]
    with ThreadPoolExecutor(3) as pool:
        decided = [pool.submit(decide, agent, task, "confirm", TRIAGE) for task in tasks]
        wait(decided[:2])
        product.kill_tree()
        answered = [task["id"] for task, each in zip(tasks, decided, strict=True) if _answered(each)]
    assert answered, "nobody was answered before the cut"
    print(f"{len(answered)} of {COMPLAINTS} decisions were answered; the next start took {product.start():.1f} s")
    agent = product.client(WANG)
    for task in tasks:
        _finish(agent, task, task["id"] in answered)
    _work_on(product, texts)
    until(lambda: at_rest(product), "everything to be done", 60)
    assert mistakes(product) == {}
    assert number(product, "SELECT count(*) FROM weft.instance WHERE status = 'running'") == COMPLAINTS - 1
    assert number(product, "SELECT count(*) FROM weft.instance WHERE status = 'completed'") == 1


def test_the_next_start_is_quick(product: Product) -> None:
    product.kill_tree()
    seconds = product.start()
    print(f"served {seconds:.1f} s after the command, everything having been killed")
    assert seconds < PATIENCE
    assert mistakes(product) == {}


def _answered(decision: Future[Any]) -> bool:
    """Whether the decision was answered; a connection that broke is no answer."""
    error = decision.exception()
    assert error is None or isinstance(error, httpx.TransportError), error
    return error is None


def _finish(agent: httpx.Client, task: dict[str, Any], answered: bool) -> None:
    """What was answered is done; what was not is either done or can be done now, and never both."""
    status = agent.get(f"/api/tasks/{task['id']}").json()["status"]
    assert status == "completed" or not answered, task
    if status == "open":
        decide(agent, task, "confirm", TRIAGE)


def _work_on(product: Product, texts: list[str]) -> None:
    """The first complaint goes to its end, so that the flow is shown to live on; the others reach the next step."""
    chen, zhao = product.client(CHEN), product.client(ZHAO)
    for text in texts:
        task_of(chen, "quality_check", text)
    decide(chen, task_of(chen, "quality_check", texts[0]), "done", QUALITY)
    decide(zhao, task_of(zhao, "service_plan", texts[0]), "done", PLAN | {"compensation": "100"})
    finished = "SELECT count(*) FROM weft.instance WHERE status = 'completed'"
    until(lambda: number(product, finished) == 1, "the end of the first complaint")

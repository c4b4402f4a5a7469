"""Whether a flow can always end: the checker agrees with playing through everything, and what it folds first changes nothing."""

from __future__ import annotations

import pytest

from engine.flow import check
from engine.flow.checking.abstraction import abstract, turning
from engine.flow.checking.exploration import explore
from engine.flow.checking.reduction import reduced
from engine.flow.checking.verdict import judge
from tests.bench.flow_check_models import ENTITIES, MODELS, nested
from tests.engine.flow.generating import random_flow
from tests.flow_check.comparing import compare, drawn, patient, refusing

#: Seeds on which the two once differed: empty loops, ways back that wait, jumps into what was folded, races with a terminate end,
#: branches that end by themselves in a sub-process that is interrupted, turning without a drawn node.
ONCE = (19, 82, 186, 190, 266, 374, 416, 440, 487, 725, 731, 2787, 10200, 11514, 11718, 12049, 24644, 104709, 106958)


@pytest.mark.parametrize("seed", [*range(50, 60), 54, 1001, 2005, 2042, 2562])
def test_the_verdict_is_that_of_playing_through_everything_with_refusals_that_lead_elsewhere(seed: int) -> None:
    assert compare(refusing(drawn(seed), seed), 3_000).differences == ()


@pytest.mark.parametrize("seed", [*range(1, 41), *ONCE])
def test_the_verdict_is_that_of_playing_through_everything(seed: int) -> None:
    assert compare(drawn(seed), 6_000).differences == ()


@pytest.mark.parametrize("seed", range(40))
def test_folding_changes_no_verdict(seed: int) -> None:
    whole = abstract(patient(random_flow(seed, 16, ("structured",))))
    unfolded, folded = judge(explore(whole)), judge(explore(reduced(whole).flow))
    if not (unfolded.complete and folded.complete):
        return
    assert folded.stuck_join.keys() == unfolded.stuck_join.keys()
    assert folded.sound == unfolded.sound
    if unfolded.sound:
        assert reduced(whole).covered(folded.entered) >= {id for id in unfolded.entered if "~" not in id}


@pytest.mark.parametrize("name", MODELS)
def test_flows_of_a_thousand_nodes_are_proved(name: str) -> None:
    found = check(MODELS[name](1_000), ENTITIES, {}, {}, {"agent"})
    codes = {problem.code for problem in found if problem.severity == "error"}
    assert codes == ({"flow.stuck_join"} if name == "unsound" else set())
    assert "flow.too_large_to_prove" not in {problem.code for problem in found}


def test_a_way_leads_to_the_join_that_waits() -> None:
    problem = next(p for p in check(MODELS["unsound"](30), ENTITIES, {}, {}, {"agent"}) if p.code == "flow.stuck_join")
    assert problem.trace[0].startswith("start_event")
    assert problem.trace[-1] == problem.node


@pytest.mark.parametrize("seed", range(20))
def test_after_waits_are_put_in_no_cycle_turns_by_itself(seed: int) -> None:
    assert turning(abstract(random_flow(seed, 30))) == []


def test_what_cannot_be_proved_is_said() -> None:
    assert not explore(abstract(nested(200)), limit=50).complete

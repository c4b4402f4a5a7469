"""Random definitions for round trips: every type of node with every member, sensible or not, nested and drawn in part."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.bpmn.vocabulary import SUB_PROCESSES, TAG_OF
from engine.definitions import (
    AdHoc,
    Assignment,
    Call,
    Candidate,
    Chain,
    Edge,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Outcome,
    Overdue,
    Position,
    Text,
    Timer,
    Variable,
    Vote,
)
from engine.definitions.codec import decode, encode
from engine.flow.checking.vocabulary import GRANTED

#: What XML can hold.
_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
)
_WORDS = st.one_of(
    st.sampled_from(["", "a", "审批", "R&D <1>", ' "x" ', "PT30M", "amount > 5", " ", "a\nb\tc\r"]),
    st.text(_LETTERS, max_size=8),
)
_FILLED = _WORDS.filter(bool)
_EXPRESSIONS = st.one_of(
    st.sampled_from(["amount > 5", 'status = "open"', "2026-01-01", "${x}", "= a", "1 day"]), _FILLED
)
_KEYS = st.sampled_from(["a", "b_c", "flow_1"])
_TEXTS = st.builds(Text, _WORDS, _WORDS)
_NUMBERS = st.one_of(st.integers(-9999, 9999), st.floats(-9999, 9999, allow_nan=False).map(lambda x: round(x, 3)))
_SIZES = st.one_of(st.none(), st.integers(1, 900), st.floats(1, 900).map(lambda x: round(x, 2)))
IDS = ["a", "b", "start", "A.1", "_x-1", "weft", "flow_1"]


def _optional(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), values)


def _mapping(values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(_FILLED, values, max_size=2)


_TIMERS = st.one_of(
    st.builds(Timer, duration=st.one_of(st.just("PT30M"), _EXPRESSIONS)),
    st.builds(Timer, date=_EXPRESSIONS),
    st.builds(Timer, cycle=st.one_of(st.just("R3/PT10M"), _WORDS)),
    st.builds(Timer, duration=_EXPRESSIONS, date=_EXPRESSIONS),
)
_CANDIDATES = st.one_of(
    st.builds(Candidate, user=_WORDS),
    st.builds(Candidate, role=_WORDS, department=_WORDS),
    st.builds(Candidate, expression=_EXPRESSIONS),
    st.builds(Candidate, initiator=st.just(True), weight=st.integers(1, 9)),
)
_PEOPLE = st.lists(_CANDIDATES, max_size=2).map(tuple)
_PARTS = st.sampled_from(["2/3", "60%", "3", " 1/2 "])
_VOTES = st.builds(
    Vote,
    pass_at=_PARTS,
    base=st.sampled_from(["all", "voted"]),
    quorum=_optional(_PARTS),
    veto=_PEOPLE,
    tie=st.sampled_from([None, "agree", "refuse"]),
)
_OVERDUE = st.builds(
    Overdue,
    action=st.sampled_from(["remind", "agree", "refuse", "superior", "jump"]),
    after=st.sampled_from([None, "P1D"]),
    business=st.booleans(),
    every=st.sampled_from([None, "PT4H"]),
    times=st.integers(1, 9),
    target=_optional(_WORDS),
)
_ASSIGNMENTS = st.builds(
    Assignment,
    candidates=_PEOPLE,
    mode=st.sampled_from(["one", "any", "all", "sequence", "vote", "claim", "random"]),
    cc=_PEOPLE,
    refusal=st.sampled_from(["at_once", "wait"]),
    vote=st.one_of(st.none(), _VOTES),
    chain=st.one_of(
        st.none(), st.builds(Chain, levels=st.one_of(st.none(), st.integers(1, 9)), up_to=_optional(_FILLED))
    ),
    operations=st.lists(st.sampled_from(GRANTED), max_size=3, unique=True).map(tuple),
    duplicates=st.sampled_from(["never", "earlier", "consecutive"]),
    own=st.sampled_from(["approve", "skip", "superior", "head"]),
    nobody=st.sampled_from(["admin", "pass", "refuse", "user", "incident"]),
    nobody_user=_optional(_FILLED),
    overdue=st.lists(_OVERDUE, max_size=2).map(tuple),
    chosen_by=st.sampled_from([None, "initiator", "previous"]),
    clock=st.sampled_from(["restart", "pause"]),
    business=st.booleans(),
)
_KINDS = [
    "message",
    "timer",
    "signal",
    "conditional",
    "error",
    "escalation",
    "compensation",
    "cancel",
    "terminate",
    "link",
]
_EVENTS = st.builds(
    EventDefinition,
    kind=st.sampled_from(_KINDS),
    name=_optional(_WORDS),
    code=_optional(_WORDS),
    timer=st.one_of(st.none(), _TIMERS),
    condition=_optional(_EXPRESSIONS),
    correlation=_optional(_EXPRESSIONS),
    arguments=_mapping(_EXPRESSIONS),
    outputs=_mapping(_FILLED),
    activity=_optional(st.sampled_from(IDS)),
    handler=_optional(st.sampled_from(IDS)),
    parallel=st.booleans(),
)
_LOOPS = st.builds(
    Loop,
    kind=st.sampled_from(["standard", "parallel", "sequential"]),
    condition=_optional(_EXPRESSIONS),
    test_before=st.booleans(),
    maximum=st.one_of(st.none(), st.integers(1, 99)),
    cardinality=_optional(_EXPRESSIONS),
    collection=_optional(_EXPRESSIONS),
    element=_optional(_KEYS),
    completion=_optional(_EXPRESSIONS),
    output=_optional(_EXPRESSIONS),
    output_collection=_optional(_WORDS),
)
_CALLS = st.builds(
    Call,
    flow=_optional(st.one_of(_KEYS, _WORDS)),
    flow_expression=_optional(_EXPRESSIONS),
    inputs=_mapping(_EXPRESSIONS),
    outputs=_mapping(_FILLED),
    binding=st.sampled_from(["latest", "deployment"]),
    record=_optional(_EXPRESSIONS),
)
_AD_HOC = st.builds(
    AdHoc,
    ordering=st.sampled_from(["parallel", "sequential"]),
    start=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    completion=_optional(_EXPRESSIONS),
    cancel_remaining=st.booleans(),
)
_OUTCOMES = st.builds(
    Outcome,
    _KEYS,
    _TEXTS,
    kind=st.sampled_from(["complete", "refuse", "abstain", "send_back"]),
    target=_optional(_WORDS),
    straight=st.booleans(),
    rounds=st.one_of(st.none(), st.integers(1, 9)),
    comment=st.booleans(),
    signature=st.booleans(),
)


@st.composite
def _nodes(draw: st.DrawFn) -> tuple[Node, ...]:
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))
    nodes: list[Node] = []
    for id in ids:
        scopes = [node.id for node in nodes if TAG_OF[node.type] in SUB_PROCESSES]
        parent = draw(st.sampled_from([None, *scopes]))
        nodes.append(draw(_node(id, parent)))
    return tuple(draw(st.permutations(nodes)))


def _node(id: str, parent: str | None) -> st.SearchStrategy[Node]:
    plain = {"id": st.just(id), "parent": st.just(parent), "type": st.sampled_from(sorted(TAG_OF)), "title": _TEXTS}
    members = {
        "form": _optional(_WORDS),
        "assignment": _ASSIGNMENTS,
        "rights": _mapping(st.sampled_from(["hidden", "read", "write", "required", "masked"])),
        "outcomes": st.lists(_OUTCOMES, max_size=2).map(tuple),
        "due": st.just("PT4H"),
        "priority": st.integers(-3, 3),
        "action": _optional(_WORDS),
        "arguments": _mapping(_EXPRESSIONS),
        "outputs": _mapping(_FILLED),
        "assign": _mapping(_EXPRESSIONS),
        "decision": _optional(_WORDS),
        "condition": _optional(_EXPRESSIONS),
        "events": st.lists(_EVENTS, max_size=2).map(tuple),
        "parallel_multiple": st.booleans(),
        "attached_to": st.sampled_from(IDS),
        "interrupting": st.booleans(),
        "for_compensation": st.booleans(),
        "loop": _LOOPS,
        "call": _CALLS,
        "ad_hoc": _AD_HOC,
        "required": st.integers(1, 9),
        "target": _optional(_WORDS),
        "outcome": _optional(_WORDS),
        "documentation": _TEXTS,
    }
    chosen = st.sets(st.sampled_from(sorted(members)), max_size=4)
    return chosen.flatmap(lambda names: st.builds(Node, **plain, **{name: members[name] for name in sorted(names)}))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow whose document is one of the schema."""
    nodes = draw(_nodes())
    ids = [node.id for node in nodes]
    ends = st.sampled_from([*ids, "nowhere"])
    names = draw(st.lists(st.sampled_from([*IDS, "e1", "e2", "e3"]), max_size=6, unique=True))
    edges = tuple(
        Edge(
            id,
            draw(ends),
            draw(ends),
            draw(_optional(_EXPRESSIONS)),
            draw(st.booleans()),
            draw(st.one_of(st.none(), _TEXTS)),
        )
        for id in names
    )
    places = draw(st.lists(st.sampled_from(ids), unique=True))
    variable = st.builds(
        Variable, _KEYS, st.just("text"), _TEXTS, default=st.sampled_from([None, 1, "x", [1, {"a": None}], False])
    )
    flow = Flow(
        draw(_KEYS),
        draw(_TEXTS),
        draw(_WORDS),
        nodes,
        edges,
        tuple(draw(st.lists(variable, max_size=2))),
        {id: Position(draw(_NUMBERS), draw(_NUMBERS), draw(_SIZES), draw(_SIZES)) for id in places},
        draw(st.one_of(st.none(), _TEXTS)),
        draw(st.sampled_from([{}, {"other": {"x": [1, "a"]}}])),
        withdraw=draw(st.sampled_from(["never", "before_action", "any"])),
        app=draw(_WORDS),
    )
    document = encode(flow)
    found: Flow = decode("flow", document)
    return found

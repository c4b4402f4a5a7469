"""A small company for the host's proofs: an app folder with people, a record type and the flows that the benches run.

`relay`: one task after the other until somebody says that it is enough. `lanes`: some of these side by side.
`crowd`: many tasks of one instance at once.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

APP = "works"
ENTITY = "errand"
ROLE = "porter"
PEOPLE = 16
#: Tasks of one crowd.
CROWD = 64
#: Relays of one `lanes`.
LANES = 4


def label(text: str) -> Json:
    """A text that is the same in both languages."""
    return {"zh": text, "en": text}


def person(number: int) -> str:
    """The address with which a person signs in."""
    return f"porter{number}@weft.local"


def field(key: str, type: str = "text", **members: Any) -> Json:
    return {"key": key, "type": type, "label": label(key), **members}


def entity(key: str, *fields: Json) -> Json:
    """A record type whose first field is its title."""
    return {
        "kind": "entity",
        "key": key,
        "label": label(key),
        "plural": label(f"{key}s"),
        "title": fields[0]["key"],
        "fields": list(fields),
    }


def form(key: str, about: str, *fields: str) -> Json:
    items = [{"field": name} for name in fields]
    return {
        "kind": "form",
        "key": key,
        "label": label(key),
        "entity": about,
        "sections": [{"label": label(key), "items": items}],
    }


def role(key: str, *entities: str, flows: Sequence[str] = ()) -> Json:
    """Whoever has it may work on these records, and start these flows."""
    grants = [{"entity": each, "actions": ["create", "read", "update"], "scope": "all"} for each in entities]
    return {"kind": "role", "key": key, "label": label(key), "grants": grants, "flows": list(flows)}


def node(id: str, type: str, **members: Any) -> Json:
    return {"id": id, "type": type, "title": label(id), **members}


#: Whoever of the role is first; the one who started the instance.
ANYBODY: Json = {"candidates": [{"role": ROLE}], "mode": "any"}
STARTER: Json = {"candidates": [{"initiator": True}], "mode": "one"}


def task(id: str, form: str, *outcomes: str, assignment: Json = ANYBODY, **members: Any) -> Json:
    """A task with these buttons, else `done`."""
    return node(
        id,
        "user_task",
        form=form,
        assignment=assignment,
        outcomes=[{"key": key, "label": label(key)} for key in outcomes or ("done",)],
        **members,
    )


def edge(source: str, target: str, **members: Any) -> Json:
    return {"id": f"{source}_{target}", "source": source, "target": target, **members}


def path(*nodes: str) -> list[Json]:
    """Edges from each node to the next."""
    return [edge(source, target) for source, target in itertools.pairwise(nodes)]


def flow(key: str, about: str, nodes: Sequence[Json], edges: Sequence[Json], variables: Sequence[Json] = ()) -> Json:
    return {
        "kind": "flow",
        "key": key,
        "label": label(key),
        "entity": about,
        "variables": list(variables),
        "nodes": list(nodes),
        "edges": list(edges),
        "schema": 2,
    }


def relay() -> Json:
    """Every completion writes the record and opens the next task; `stop` ends it."""
    nodes = [node("start", "start_event"), *_lane(""), node("end", "end_event")]
    return flow("relay", ENTITY, nodes, [edge("start", "step"), *_turns("", "end")])


def lanes() -> Json:
    """Relays side by side in one instance."""
    numbers = [str(number) for number in range(LANES)]
    nodes = [node("start", "start_event"), node("split", "parallel_gateway"), node("join", "parallel_gateway")]
    nodes += [each for number in numbers for each in _lane(number)]
    edges = [*path("start", "split"), *path("join", "end")]
    for number in numbers:
        edges += [edge("split", f"step{number}"), *_turns(number, "join")]
    return flow("lanes", ENTITY, [*nodes, node("end", "end_event")], edges)


def _lane(number: str) -> list[Json]:
    step = task(f"step{number}", "errand_note", "next", "stop", assignment=STARTER)
    return [step, node(f"enough{number}", "exclusive_gateway")]


def _turns(number: str, end: str) -> list[Json]:
    enough = f"enough{number}"
    return [
        edge(f"step{number}", enough),
        edge(enough, f"step{number}", default=True),
        edge(enough, end, when='outcome = "stop"'),
    ]


def crowd() -> Json:
    """Many tasks at once; the instance ends with the last."""
    loop = {"kind": "parallel", "cardinality": str(CROWD)}
    part = task("part", "errand_note", "next", assignment=STARTER, loop=loop)
    return flow(
        "crowd", ENTITY, [node("start", "start_event"), part, node("end", "end_event")], path("start", "part", "end")
    )


def bench_documents() -> list[Json]:
    """Everything that the benches of the host need."""
    return [
        entity(ENTITY, field("name", required=True), field("note")),
        form("errand_note", ENTITY, "note"),
        role(ROLE, ENTITY, flows=("relay", "lanes", "crowd")),
        relay(),
        lanes(),
        crowd(),
    ]


def write_app(folder: Path, documents: Sequence[Mapping[str, Any]], people: int = PEOPLE) -> Path:
    """The app's folder, as a template is kept; returns it."""
    files: dict[str, Any] = {
        "app.json": {"key": APP, "version": "1.0.0", "label": label(APP), "description": label(APP), "requires": []},
        "people.json": {
            "departments": [{"key": "yard", "label": label("yard")}],
            "users": [
                {"email": person(number), "name": f"搬运工{number}", "department": "yard", "roles": [ROLE]}
                for number in range(people)
            ],
        },
    }
    folders = {"entity": "entities", "form": "forms", "role": "roles", "flow": "flows"}
    files |= {f"{folders[each['kind']]}/{each['key']}.json": each for each in documents}
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder

"""A small company for the host's proofs: an app folder with people, a record type and the flows that the benches run.

`relay`: one task after the other until somebody says that it is enough. `crowd`: many tasks of one instance at once.
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


def role(key: str, *entities: str) -> Json:
    grants = [{"entity": each, "actions": ["create", "read", "update"], "scope": "all"} for each in entities]
    return {"kind": "role", "key": key, "label": label(key), "grants": grants}


def node(id: str, type: str, **members: Any) -> Json:
    return {"id": id, "type": type, "title": label(id), **members}


def task(id: str, form: str, *outcomes: str, **members: Any) -> Json:
    """A task for whoever of the role is first."""
    return node(
        id,
        "user_task",
        form=form,
        assignment={"candidates": [{"role": ROLE}], "mode": "any"},
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
    nodes = [
        node("start", "start_event"),
        task("step", "errand_note", "next", "stop"),
        node("enough", "exclusive_gateway"),
        node("end", "end_event"),
    ]
    edges = [
        *path("start", "step", "enough"),
        edge("enough", "step", default=True),
        edge("enough", "end", when='outcome = "stop"'),
    ]
    return flow("relay", ENTITY, nodes, edges)


def crowd() -> Json:
    """Many tasks at once; the instance ends with the last."""
    loop = {"kind": "parallel", "cardinality": str(CROWD)}
    nodes = [node("start", "start_event"), task("part", "errand_note", "next", loop=loop), node("end", "end_event")]
    return flow("crowd", ENTITY, nodes, path("start", "part", "end"))


def bench_documents() -> list[Json]:
    """Everything that the benches of the host need."""
    return [
        entity(ENTITY, field("name", required=True), field("note")),
        form("errand_note", ENTITY, "note"),
        role(ROLE, ENTITY),
        relay(),
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

"""`/api/docs`: the REST API on one page made from its OpenAPI document; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_STYLE = """
:root { color-scheme: light dark; font: 14px/1.5 Inter, system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2rem; text-transform: capitalize } section { border-top: 1px solid #8884; padding: .5rem 0 }
code { font: 13px ui-monospace, monospace } .method { display: inline-block; min-width: 4rem; font-weight: 600 }
p { margin: .25rem 0 .25rem 4rem } ul { margin: .25rem 0 .25rem 4rem; padding-left: 1rem }
"""


@router.get("/api/docs")
def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(_page(request.app))


@cache
def _page(app: FastAPI) -> str:
    document = app.openapi()
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append("".join(_operation(path, method, operation)))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in groups.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Weft API</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>Weft API</h1><p>{escape(document['info']['description'])} "
        f'The same as <a href="/api/openapi.json">OpenAPI</a>; GraphQL is at <a href="/graphql">/graphql</a>.</p>{body}</main></body></html>'
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<section><span class="method">{method.upper()}</span> <code>{escape(path)}</code>'
    for text in dict.fromkeys((operation.get("summary", ""), operation.get("description", ""))):
        if text:
            yield f"<p>{escape(text)}</p>"
    parameters = [_parameter(parameter) for parameter in operation.get("parameters", ())]
    if parameters:
        yield f"<ul>{''.join(parameters)}</ul>"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in body:
        yield f"<p>body <code>{escape(body['$ref'].rsplit('/', 1)[-1])}</code></p>"
    yield "</section>"


def _parameter(parameter: dict[str, Any]) -> str:
    need = ", required" if parameter.get("required") else ""
    text = escape(parameter.get("description", ""))
    return f"<li><code>{escape(parameter['name'])}</code> ({parameter['in']}{need}) {text}</li>"

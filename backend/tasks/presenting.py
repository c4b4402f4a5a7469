"""A task's form and the record behind it as one reader gets them: under the rights of the node, and never more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from backend.records.fields import field_of
from backend.tasks.forms import Conditions, TaskForm
from backend.tasks.masking import masked
from backend.tasks.rights import HIDDEN, MASKED, READ, WRITE
from backend.tasks.rows import shown_rows
from engine.definitions.codec import encode
from engine.language.lookups import needs

#: Members of a form's item that hold expressions, and where their trees are.
_EXPRESSIONS = ("visible_when", "required_when", "computed")


def presented(form: TaskForm, record: Mapping[str, Any], conditions: Conditions) -> dict[str, Any]:
    """The members of a task that are about its form: `form`, `fields`, `values` and `rights`."""
    reading = _Presenting(form, record, conditions)
    return {
        "form": reading.form_json(),
        "fields": reading.fields_json(),
        "values": reading.values(),
        "rights": form.rights.to_json(),
    }


class _Presenting:
    """One form for one reader. Expressions that read what the reader does not get are worked out here: no tree of them is sent."""

    def __init__(self, form: TaskForm, record: Mapping[str, Any], conditions: Conditions) -> None:
        self._form, self._record, self._conditions = form, record, conditions
        self._at_first = conditions.at_first
        left_out = {
            key
            for key in conditions.hidden(form, self._at_first)
            if not form.sees(form.compiled.visible[key])  # the browser cannot decide these
        }
        self._fields = [
            item.field for item in form.form.items if form.rights.shown(item.field) and item.field not in left_out
        ]

    def form_json(self) -> dict[str, Any]:
        """The form: conditions also as the tree that the browser evaluates. Checks that need the server to look something up are left
        to it."""
        document = encode(self._form.form)
        for section in document.get("sections", ()):
            section["items"] = [self._item(item) for item in section["items"] if item["field"] in self._fields]
        document["sections"] = [section for section in document.get("sections", ()) if section["items"]]
        if self._form.form.checks:
            document["checks"] = list(self._checks(document["checks"]))
        return document

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        key, right = item["field"], self._form.rights.fields[item["field"]]
        found = {**item, "access": right if right in (MASKED, READ) else WRITE}
        found.pop("required", None)
        if self._asks(key, right):
            found["required"] = True
        trees = (self._form.compiled.visible, self._form.compiled.required, self._form.compiled.computed)
        for member, expressions in zip(_EXPRESSIONS, trees, strict=True):
            if key not in expressions:
                continue
            if self._form.sees(expressions[key]) and right != MASKED:
                found[f"{member}_tree"] = expressions[key].to_json()
            else:
                del found[member]
        return found

    def _asks(self, key: str, right: str) -> bool:
        """Whether the reader has to fill it in, as far as that is certain before they type."""
        condition = self._form.compiled.required.get(key)
        decided = condition is not None and not self._form.sees(condition)
        by_condition = decided and self._conditions.required(self._form, key, self._at_first)
        return right == "required" or (by_condition and self._form.rights.writes(key))

    def _checks(self, documents: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        for made, each in zip(self._form.compiled.checks, documents, strict=True):
            named = each.get("field")
            if not needs([made.tree]) and self._form.sees(made) and (named is None or named in self._fields):
                yield {**each, "tree": made.to_json()}

    def fields_json(self) -> dict[str, Any]:
        """The definitions of the fields on the form: its reader's role may hide them elsewhere."""
        fields = {field["key"]: field for field in encode(self._form.entity)["fields"] if field["key"] in self._fields}
        for key, rows in self._form.rights.rows.items():
            if key in fields:
                columns = fields[key].get("fields", ())
                fields[key]["fields"] = [each for each in columns if rows.columns[each["key"]] != HIDDEN]
        return fields

    def values(self) -> dict[str, Any]:
        """The values, with the labels of what they point at."""
        shown = {key: self._value(key) for key in self._fields}
        open_ones = {key for key in self._fields if self._form.rights.fields[key] != MASKED}
        labels = {key: label for key, label in (self._record.get("_labels") or {}).items() if key in open_ones}
        return {**shown, "_labels": labels}

    def _value(self, key: str) -> Any:
        computed = self._form.compiled.computed.get(key)
        worked_out = computed is not None and bool(self._record) and not self._form.sees(computed)
        return shown_value(self._form, key, self._at_first.get(key) if worked_out else self._record.get(key))


def shown_value(form: TaskForm, key: str, value: Any) -> Any:
    """A value of the field as the form's reader gets it."""
    field = field_of(form.entity, key)
    if field is None:
        return value
    if key in form.rights.rows:
        return shown_rows(field, form.rights.rows[key], value)
    return masked(field, value) if form.rights.fields[key] == MASKED else value


def shown_changes(form: TaskForm, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the record's history: what changed, as far as the form's reader gets it. Each is [before, after]."""
    seen = {
        key: [shown_value(form, key, value) for value in pair]
        for key, pair in changes.items()
        if form.rights.shown(key)
    }
    return {key: pair for key, pair in seen.items() if pair[0] != pair[1] or form.rights.sees(key)}

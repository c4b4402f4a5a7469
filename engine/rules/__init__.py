"""The rule language: `rule key "title" when EVENT as NAME if EXPRESSION then ACTION(...) end`, in English or Chinese.

found = compile_rule(text, EventScopes(events, globals, records), registry.signatures(), word_lists)
if isinstance(found, Problems): ...
rules = RuleSet([found], {"defects": ["漏水", "leak"]})
for firing in rules.match("social.post", {"event": {...}, "person": {...}}, now): ...
"""

from engine.rules.compile import compile_rule
from engine.rules.match import RuleSet
from engine.rules.model import (
    ActionCall,
    ActionSignature,
    CompiledRule,
    EventScopes,
    Firing,
    Limit,
    Parameter,
)

__all__ = [
    "ActionCall",
    "ActionSignature",
    "CompiledRule",
    "EventScopes",
    "Firing",
    "Limit",
    "Parameter",
    "RuleSet",
    "compile_rule",
]

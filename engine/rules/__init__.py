"""The rule language: `rule key "title" when EVENT as NAME if EXPRESSION then ACTION(...) end`, in English or Chinese.

rule = compile_rule(text, scope)                 # CompiledRule, or Problems with their places
from_json(to_json(rule)) == rule                 # the stored form
moment = Moment(rule, {"event": {...}, "person": {...}}, now)
case = decide(rule, moment, windows)             # which branch, if any
fire(rule, case, moment)                         # what it does, with values
"""

from engine.rules.codec import from_json, to_json
from engine.rules.compile import compile_rule
from engine.rules.evaluation import NEEDS_WINDOWS, Moment, decide, fire, matches
from engine.rules.model import (
    ActionCall,
    ActionSignature,
    CompiledRule,
    EventKind,
    Firing,
    Parameter,
    Quota,
    RuleScope,
)

__all__ = [
    "NEEDS_WINDOWS",
    "ActionCall",
    "ActionSignature",
    "CompiledRule",
    "EventKind",
    "Firing",
    "Moment",
    "Parameter",
    "Quota",
    "RuleScope",
    "compile_rule",
    "decide",
    "fire",
    "from_json",
    "matches",
    "to_json",
]

"""What would not run in a flow, found before it is published.

for problem in check(flow, entities, forms, actions): ...   # each with a path, a node, a reason and a way to mend it
"""

from engine.flow.checking.check import check
from engine.flow.checking.problem import ActionSignature, FlowProblem

__all__ = ["ActionSignature", "FlowProblem", "check"]

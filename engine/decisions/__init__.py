"""Decision tables (DMN): compiled to conditions of the expression language, decided by their hit policy, looked at for gaps.

made = compile_table(table)
if isinstance(made, TableProblems): ...         # each with a pointer into the document, a sentence and a suggestion
decide(made, {"level": "gold", "amount": 120}, now).outputs
analyse(made).gaps                               # what no row answers, with an example
"""

from engine.decisions.analysis import Analysis, Gap, Overlap, analyse
from engine.decisions.deciding import Decision, Undecided, decide, outputs_json
from engine.decisions.problem import TableProblem, TableProblems
from engine.decisions.table import CompiledTable, compile_table, input_types, result_type
from engine.decisions.tables import Tables, decision_types

__all__ = [
    "Analysis", "CompiledTable", "Decision", "Gap", "Overlap", "TableProblem", "TableProblems", "Tables", "Undecided",
    "analyse", "compile_table", "decide", "decision_types", "input_types", "outputs_json", "result_type",
]  # fmt: skip

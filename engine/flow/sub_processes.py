"""Sub-processes: starting the inside of one, and what follows when nothing is left in a scope."""

from __future__ import annotations

from engine.flow import compensation, loops
from engine.flow.events import arm_starts
from engine.flow.expressions import Key
from engine.flow.program import Place
from engine.flow.registering import register
from engine.flow.run import Run
from engine.flow.state import AD_HOC, COMPLETED, ROOT, SCOPE, Scope, Token
from engine.flow.tokens import begin, clear, close, leave


def enter(run: Run, place: Place, token: Token) -> None:
    """The token enters a sub-process or transaction: everything that begins in it begins."""
    run.wait(token, SCOPE)
    scope = run.open(place.node.id, token.scope, host=token.id)
    arm_starts(run, scope)
    for node in run.program.starts(place.node.id):
        begin(run, node, scope.id, token)
    if not run.population[scope.id]:
        run.soon(_nothing_inside, token)


def _nothing_inside(run: Run, token: Token) -> None:
    for scope in [each for each in run.scopes.values() if each.host == token.id]:
        if not run.population[scope.id]:
            _complete(run, scope)


def enter_ad_hoc(run: Run, place: Place, token: Token) -> None:
    """The token enters an ad-hoc sub-process: what is to start at once starts; without anything inside it is done."""
    ad_hoc = place.node.ad_hoc
    run.wait(token, AD_HOC)
    scope = run.open(place.node.id, token.scope, host=token.id)
    arm_starts(run, scope)
    for node in ad_hoc.start if ad_hoc is not None else ():
        activate(run, scope, node)
    if not any(run.program.is_implicit_start(node) for node in run.program.children.get(place.node.id, ())):
        run.soon(_nothing_inside, token)


def activate(run: Run, scope: Scope, node: str) -> None:
    """Start an activity of an ad-hoc sub-process."""
    scope.entered = True
    like = run.tokens[scope.host] if scope.host is not None else None
    begin(run, node, scope.id, like)


def emptied(run: Run, scope: Scope) -> None:
    """Nothing is left in a scope."""
    if scope.id == ROOT:
        run.end(COMPLETED)
    elif scope.compensation is not None:
        compensation.handled(run, scope)
    elif scope.index is not None:
        loops.child_left(run, scope, None)
    elif scope.host is None:
        _event_sub_process_done(run, scope)
    elif run.program.nodes[scope.node or ""].type == "ad_hoc_sub_process":
        _ad_hoc_emptied(run, scope)
    else:
        _complete(run, scope)


def _event_sub_process_done(run: Run, scope: Scope) -> None:
    run.note("node_left", scope.node, scope.id)
    around = run.scopes[scope.parent or ROOT]
    around.outcome = scope.outcome if scope.outcome is not None else around.outcome
    close(run, scope)
    if not run.population[around.id]:
        emptied(run, around)


def _complete(run: Run, scope: Scope) -> None:
    """The sub-process is done: its token goes on."""
    host = run.tokens[scope.host or 0]
    place = run.program.places[host.node]
    inside = tuple(each for each in run.registrations.values() if each.scope == scope.id)
    register(run, place, host, inside)
    host.outcome = scope.outcome if scope.outcome is not None else host.outcome
    close(run, scope)
    host.waiting = ""
    leave(run, host)


# -- ad-hoc sub-processes


def _ad_hoc_emptied(run: Run, scope: Scope) -> None:
    """No activity is under way: that is the end where no condition says when it is, and something was done."""
    ad_hoc = run.program.nodes[scope.node or ""].ad_hoc
    if scope.interrupted or (scope.entered and (ad_hoc is None or ad_hoc.completion is None)):
        _complete(run, scope)
    else:
        progressed(run, scope)


def progressed(run: Run, scope: Scope) -> None:
    """A token came to its end in an ad-hoc sub-process: is that enough?"""
    ad_hoc = run.program.nodes[scope.node or ""].ad_hoc
    if ad_hoc is None or ad_hoc.completion is None:
        return
    values = {**run.around(scope.id), "outcome": scope.outcome}
    if not run.program.holds(Key(scope.node or "", "ad_hoc", "completion"), values, run.moment, run.host):
        return
    if ad_hoc.cancel_remaining:
        clear(run, scope)
    if not run.population[scope.id]:
        _complete(run, scope)


def finish_ad_hoc(run: Run, scope: Scope) -> None:
    """Somebody says that enough was done: what is under way is cancelled."""
    clear(run, scope)
    _complete(run, scope)

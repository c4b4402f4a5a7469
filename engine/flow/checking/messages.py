"""The sentences of `check`, by code, in both languages: what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.definitions import Text


class Sentence(NamedTuple):
    """The reason, and the way to mend it."""

    reason: Text
    mending: Text


def _s(zh: str, en: str, mend_zh: str, mend_en: str) -> Sentence:
    return Sentence(Text(zh, en), Text(mend_zh, mend_en))


def _unknown(zh: str, en: str) -> Sentence:
    return _s(
        f"没有{zh}“{{key}}”",
        f"There is no {en} “{{key}}”",
        f"换成已有的{zh}，或先建一个",
        f"Name a {en} that exists, or make it first",
    )


_NAMES: Mapping[str, Sentence] = {
    "flow.unknown_entity": _s(
        "没有实体“{key}”", "There is no entity “{key}”", "换成已有的实体", "Name an entity that exists"
    ),
    "flow.unknown_node": _unknown("节点", "node"),
    "flow.unknown_node_type": _s(
        "没有“{key}”这种节点", "There is no node type “{key}”", "从节点列表中选一种", "Choose one of the node types"
    ),
    "flow.unknown_action": _s(
        "没有动作“{key}”", "There is no action “{key}”", "换成已有的动作", "Name an action that exists"
    ),
    "flow.unknown_parameter": _s(
        "动作没有参数“{key}”",
        "The action has no parameter “{key}”",
        "改参数名，或删去",
        "Correct the name, or remove it",
    ),
    "flow.unknown_input": _s(
        "决策表没有输入“{key}”",
        "The decision table has no input “{key}”",
        "改输入名，或删去",
        "Correct the name, or remove it",
    ),
    "flow.unknown_decision": _unknown("决策表", "decision table"),
    "flow.unknown_flow": _unknown("流程", "flow"),
    "flow.unknown_variable": _s(
        "流程没有变量“{key}”",
        "The flow has no variable “{key}”",
        "先在变量中加上它，或改名",
        "Add it to the variables first, or correct the name",
    ),
    "flow.unknown_called_variable": _s(
        "被调用的流程没有变量“{key}”",
        "The called flow has no variable “{key}”",
        "改成被调用流程的变量",
        "Name a variable of the called flow",
    ),
    "flow.unknown_form": _unknown("表单", "form"),
    "flow.unknown_role": _unknown("角色", "role"),
    "flow.unknown_department": _unknown("部门", "department"),
    "flow.unknown_user_field": _s(
        "记录没有人员字段“{key}”",
        "The record has no user field “{key}”",
        "换成记录的人员字段",
        "Name a user field of the record",
    ),
    "flow.unknown_variable_type": _s(
        "变量不能是“{key}”类型", "A variable cannot be of type “{key}”", "换一种类型", "Choose another type"
    ),
    "flow.variable_taken": _s("名称“{key}”已被占用", "The name “{key}” is taken", "换一个名称", "Choose another name"),
    "flow.default_type": _s(
        "变量“{key}”的默认值与类型不符", "The default of “{key}” is not of its type", "改默认值", "Correct the default"
    ),
    "flow.repeated_id": _s(
        "编号“{id}”用了两次", "The id “{id}” is used twice", "给每个编号不同的名称", "Give each its own id"
    ),
}

_SHAPE: Mapping[str, Sentence] = {
    "flow.no_start": _s("流程没有开始节点", "The flow has no start event", "加一个开始节点", "Add a start event"),
    "flow.parent_type": _s(
        "“{parent}”不是子流程，里面不能有节点“{id}”",
        "“{id}” cannot be inside “{parent}”, which is no sub-process",
        "把它移到子流程里，或移到最外层",
        "Move it into a sub-process, or to the outside",
    ),
    "flow.parent_cycle": _s(
        "“{id}”的上级绕了一圈回到自己", "“{id}” is inside itself", "改它的上级", "Correct its parent"
    ),
    "flow.edge_from_end": _s(
        "“{id}”之后不会再走，不能有连线出来",
        "Nothing goes on after “{id}”, so no edge may leave it",
        "删去这条连线",
        "Remove the edge",
    ),
    "flow.edge_into_start": _s(
        "“{id}”由事件开始，不能有连线进入",
        "“{id}” is started by its event, so no edge may enter it",
        "把连线接到它后面的节点",
        "Lead the edge to the node after it",
    ),
    "flow.event_sub_process_edge": _s(
        "事件子流程“{id}”由事件开始，不能有连线",
        "The event sub-process “{id}” is started by its event and has no edges",
        "删去这条连线",
        "Remove the edge",
    ),
    "flow.handler_edge": _s(
        "补偿处理“{id}”不在正常路径上，不能有连线",
        "“{id}” belongs to compensation and has no edges",
        "删去这条连线，改用补偿边界事件的 handler 指向它",
        "Remove the edge; name the activity as the handler of the compensation boundary event",
    ),
    "flow.crosses_scope": _s(
        "连线“{id}”从“{source}”跨过子流程的边界到“{target}”",
        "The edge “{id}” from “{source}” to “{target}” crosses the border of a sub-process",
        "在子流程里结束，再从子流程本身连出",
        "End inside the sub-process, and lead on from the sub-process itself",
    ),
    "flow.member_unused": _s(
        "{type} 不读取“{member}”，写了也不会执行",
        "{type} does not read “{member}”: it would not be executed",
        "删去它，或换一种节点",
        "Remove it, or choose another type of node",
    ),
    "flow.not_attached": _s(
        "边界事件“{id}”没有附在任何活动上",
        "The boundary event “{id}” is attached to nothing",
        "附到一个任务或子流程上",
        "Attach it to a task or sub-process",
    ),
    "flow.attached_to": _s(
        "“{id}”附在“{host}”上，但那里不会有令牌停留",
        "“{id}” is attached to “{host}”, which is no activity",
        "附到一个任务或子流程上",
        "Attach it to a task or sub-process",
    ),
    "flow.attached_elsewhere": _s(
        "“{id}”与它所附的“{host}”不在同一个子流程里",
        "“{id}” and “{host}”, to which it is attached, are in different sub-processes",
        "把两者放在同一层",
        "Put both into the same sub-process",
    ),
    "flow.condition_ignored": _s(
        "从“{source}”出来的连线没有选择，条件或默认不起作用：“{id}”",
        "Nothing is chosen at “{source}”: the condition or default of “{id}” is never looked at",
        "删去条件，或在前面加一个排他网关",
        "Remove it, or put an exclusive gateway before it",
    ),
    "flow.default_with_condition": _s(
        "默认出口“{id}”的条件不会被看",
        "The condition of the default edge “{id}” is never looked at",
        "删去条件，或取消默认",
        "Remove the condition, or the default mark",
    ),
    "flow.no_default": _s(
        "“{id}”没有默认出口；条件都不满足时流程会停住",
        "“{id}” has no default: where no condition holds the flow stops",
        "把一条出口设为默认",
        "Mark one edge as the default",
    ),
    "flow.two_defaults": _s("“{id}”有多个默认出口", "“{id}” has several defaults", "只留一个", "Keep one"),
    "flow.lone_default": _s(
        "“{id}”只有一条出口，设为默认没有意义",
        "“{id}” has one way out, so the default says nothing",
        "取消默认",
        "Remove the mark",
    ),
    "flow.no_condition": _s(
        "连线“{id}”既没有条件也不是默认出口",
        "The edge “{id}” has no condition and is not the default",
        "写上条件，或设为默认",
        "Give it a condition, or make it the default",
    ),
    "flow.event_gateway_edges": _s(
        "事件网关“{id}”后面的事件不到两个",
        "Fewer than two events follow the event-based gateway “{id}”",
        "再加一个事件，或去掉网关",
        "Add an event, or remove the gateway",
    ),
    "flow.event_gateway_target": _s(
        "事件网关“{id}”后面只能是等待事件或接收任务（没有边界事件和循环），不能是“{target}”",
        "Only catching events and receive tasks (without boundary events or loops) may follow the event-based gateway “{id}”, not “{target}”",
        "在中间放一个等待事件",
        "Put a catching event between them",
    ),
    "flow.event_gateway_shared": _s(
        "“{id}”在事件网关之后，不能再有别的入口",
        "“{id}” follows an event-based gateway and may have no other way in",
        "为另一条路另放一个事件",
        "Use another event for the other way",
    ),
    "flow.complex_required": _s(
        "复杂网关“{id}”要等的分支数（required）应在 1 到 {incoming} 之间",
        "The complex gateway “{id}” must say how many of its {incoming} branches it waits for (required)",
        "写上 1 到 {incoming} 之间的数",
        "Write a number from 1 to {incoming}",
    ),
}

_EVENTS: Mapping[str, Sentence] = {
    "flow.no_event": _s(
        "“{id}”没有说明等待或发出什么事件",
        "“{id}” does not say for which event",
        "加上事件定义",
        "Add an event definition",
    ),
    "flow.event_kind": _s(
        "“{id}”这里不能用“{kind}”事件",
        "An event of kind “{kind}” cannot stand at “{id}”",
        "改用：{allowed_zh}",
        "Use one of: {allowed}",
    ),
    "flow.event_alone": _s(
        "“{id}”的这些事件不能放在一起",
        "The events of “{id}” cannot stand together",
        "分成几个节点",
        "Make several nodes of it",
    ),
    "flow.parallel_multiple": _s(
        "“{id}”要等全部事件，却没有两个以上能等待的事件",
        "“{id}” waits for all its events, but has fewer than two that can be waited for",
        "再加事件，或取消 parallel_multiple",
        "Add events, or remove parallel_multiple",
    ),
    "flow.must_interrupt": _s(
        "“{id}”这种事件总是中断的", "The event of “{id}” always interrupts", "设为中断", "Make it interrupting"
    ),
    "flow.no_name": _s(
        "“{id}”的 {kind} 事件没有名称", "The {kind} event of “{id}” has no name", "写上名称", "Give it a name"
    ),
    "flow.start_correlation": _s(
        "开始事件“{id}”不能有关联键：还没有实例可比",
        "The start event “{id}” cannot have a correlation: there is no instance yet to compare with",
        "删去 correlation",
        "Remove the correlation",
    ),
    "flow.no_event_condition": _s(
        "条件事件“{id}”没有条件", "The conditional event “{id}” has no condition", "写上条件", "Give it a condition"
    ),
    "flow.no_code": _s(
        "“{id}”抛出的 {kind} 没有代码，谁也不能按代码接住",
        "The {kind} that “{id}” throws has no code by which it could be caught",
        "写上代码",
        "Give it a code",
    ),
    "flow.timer_members": _s(
        "“{id}”的定时器应恰好写 duration、date、cycle 之一",
        "The timer of “{id}” must have exactly one of duration, date and cycle",
        "只写一个",
        "Write exactly one",
    ),
    "flow.duration": _s(
        "“{text}”不是有效的时长", "“{text}” is not a duration", "写成 PT30M、PT4H 或 P1D", "Write PT30M, PT4H or P1D"
    ),
    "flow.cycle": _s(
        "“{text}”不是有效的重复", "“{text}” is not a repetition", "写成 R3/PT10M 或 R/P1D", "Write R3/PT10M or R/P1D"
    ),
    "flow.cycle_once": _s(
        "“{id}”只会触发一次，重复不起作用",
        "“{id}” fires once only: the repetition would not be executed",
        "改用 duration，或改成非中断的边界事件",
        "Use a duration, or make it a boundary event that does not interrupt",
    ),
    "flow.start_data": _s(
        "开始事件“{id}”还没有实例，时间不能读取变量或记录",
        "There is no instance before the start event “{id}”: its time cannot read variables or the record",
        "写成不读取它们的时间",
        "Write a time that reads neither",
    ),
    "flow.link_nowhere": _s(
        "链接“{name}”没有接收的一端",
        "The link “{name}” leads nowhere",
        "在同一层加一个同名的链接接收事件",
        "Add a catching link event of that name in the same scope",
    ),
    "flow.link_from_nowhere": _s(
        "没有谁连到链接“{name}”",
        "Nothing throws the link “{name}”",
        "在同一层加一个同名的链接抛出事件",
        "Add a throwing link event of that name in the same scope",
    ),
    "flow.link_twice": _s(
        "链接“{name}”有多个接收的一端", "The link “{name}” has several catching ends", "只留一个", "Keep one"
    ),
    "flow.event_sub_process_start": _s(
        "事件子流程“{id}”有 {count} 个开始事件，应恰好一个",
        "The event sub-process “{id}” has {count} start events instead of exactly one",
        "留一个带事件的开始节点",
        "Keep one start event, with its event",
    ),
    "flow.compensation_start": _s(
        "补偿事件子流程“{id}”必须在子流程里",
        "The compensation event sub-process “{id}” must be inside a sub-process",
        "移到要补偿的子流程里",
        "Move it into the sub-process that it compensates",
    ),
    "flow.handler": _s(
        "“{handler}”不能作“{id}”的补偿处理",
        "“{handler}” cannot be the handler of “{id}”",
        "选同一层里标了 for_compensation 的活动",
        "Choose an activity of the same scope that is marked for_compensation",
    ),
    "flow.handler_unused": _s(
        "“{id}”标了补偿处理，却没有补偿边界事件指向它，永远不会执行",
        "“{id}” is for compensation, but no compensation boundary event names it: it would never run",
        "加一个补偿边界事件，或取消 for_compensation",
        "Add a compensation boundary event, or remove for_compensation",
    ),
    "flow.nothing_to_compensate": _s(
        "“{id}”周围没有可以补偿的活动",
        "Nothing around “{id}” can be compensated",
        "给要撤回的活动加上补偿边界事件",
        "Give the activities to be undone a compensation boundary event",
    ),
    "flow.not_compensable": _s(
        "“{activity}”不能由“{id}”补偿",
        "“{id}” cannot compensate “{activity}”",
        "给它加上补偿边界事件；它须在同一层或外层",
        "Give it a compensation boundary event; it must be in this scope or one around it",
    ),
    "flow.cancel_outside": _s(
        "取消结束“{id}”不在事务里",
        "The cancel end “{id}” is in no transaction",
        "移到事务里，或改用终止结束",
        "Move it into a transaction, or use a terminate end",
    ),
    "flow.cancel_uncaught": _s(
        "事务“{transaction}”没有取消边界事件，“{id}”之后无路可走",
        "The transaction “{transaction}” has no cancel boundary event: nothing leads on after “{id}”",
        "在事务上加一个取消边界事件",
        "Attach a cancel boundary event to the transaction",
    ),
    "flow.cancel_boundary": _s(
        "取消边界事件“{id}”只能附在事务上，“{host}”不是",
        "The cancel boundary event “{id}” must be attached to a transaction, which “{host}” is not",
        "附到事务上，或换一种事件",
        "Attach it to a transaction, or use another event",
    ),
    "flow.uncaught_error": _s(
        "错误“{code}”没有谁接住：流程会停在“{id}”，除非由别的流程调用",
        "Nothing catches the error “{code}”: the flow stops at “{id}”, unless another flow called it",
        "在外面的子流程上加一个错误边界事件",
        "Attach an error boundary event to a sub-process around it",
    ),
    "flow.never_thrown": _s(
        "“{id}”等的 {kind} 不会从“{host}”里抛出",
        "The {kind} that “{id}” waits for is never thrown in “{host}”",
        "改代码，附到别的活动上，或删去",
        "Correct the code, attach it elsewhere, or remove it",
    ),
}

_ACTIVITIES: Mapping[str, Sentence] = {
    "flow.expression": _s("表达式有误", "The expression has a mistake", "改好这个表达式", "Put the expression right"),
    "flow.assigned_type": _s(
        "变量“{key}”是{wanted_zh}，不能放{given_zh}",
        "The variable “{key}” is {wanted} and cannot hold {given}",
        "改表达式，或改变量的类型",
        "Correct the expression, or the type of the variable",
    ),
    "flow.not_a_list": _s(
        "多实例要一个列表，这里是{type_zh}",
        "Multi-instance needs a list; this is {type}",
        "写一个列表，或改用 cardinality",
        "Write a list, or use cardinality",
    ),
    "flow.missing_argument": _s("动作缺少参数“{key}”", "The action needs the argument “{key}”", "写上它", "Add it"),
    "flow.no_assignments": _s(
        "脚本任务“{id}”什么也不做",
        "The script task “{id}” does nothing",
        "加上赋值，或删去节点",
        "Add assignments, or remove the node",
    ),
    "flow.no_outputs": _s(
        "“{id}”的结果没有放进任何变量，等于没有执行",
        "The result of “{id}” goes into no variable, so it would not be asked",
        "写上 outputs",
        "Add outputs",
    ),
    "flow.jump_target": _s(
        "“{id}”不能跳到“{target}”",
        "“{id}” cannot jump to “{target}”",
        "选同一层里的普通节点",
        "Choose an ordinary node of the same scope",
    ),
    "flow.call_members": _s(
        "“{id}”应恰好写 flow 或 flow_expression 之一",
        "“{id}” must have exactly one of flow and flow_expression",
        "选定被调用的流程",
        "Say which flow it calls",
    ),
    "flow.call_record": _s(
        "流程“{flow}”关于另一个实体，“{id}”要说明是哪条记录",
        "The flow “{flow}” is about another entity: “{id}” must say which record",
        "写上 record",
        "Add record",
    ),
    "flow.call_start": _s(
        "流程“{flow}”没有普通的开始节点，不能被“{id}”调用",
        "The flow “{flow}” has no plain start event, so “{id}” cannot call it",
        "给它加一个没有事件的开始节点",
        "Give it a start event without an event",
    ),
    "flow.calls_itself": _s(
        "“{id}”调用本流程自己，可能没完没了",
        "“{id}” calls this same flow and may never end",
        "确认有一条不再调用的路",
        "See to it that some way does not call again",
    ),
    "flow.endless_loop": _s(
        "循环“{id}”没有说明何时再来一次",
        "The loop of “{id}” does not say when to go round again",
        "写上 condition",
        "Add a condition",
    ),
    "flow.loop_members": _s(
        "多实例“{id}”应恰好写 cardinality 或 collection 之一",
        "The multi-instance “{id}” must have exactly one of cardinality and collection",
        "只写一个",
        "Write exactly one",
    ),
    "flow.element_of_nothing": _s(
        "“{id}”没有 collection，element 没有值",
        "“{id}” has no collection that element could come from",
        "写上 collection，或删去 element",
        "Add a collection, or remove element",
    ),
    "flow.loop_output": _s(
        "“{id}”的 output 与 output_collection 要一起写",
        "output and output_collection of “{id}” belong together",
        "补上另一个，或都删去",
        "Add the other, or remove both",
    ),
    "flow.output_collection": _s(
        "变量“{key}”不是列表，收不下“{id}”各次的结果",
        "The variable “{key}” is no list and cannot gather what “{id}” gives",
        "把变量改成标签或多选类型",
        "Make it a variable of type tags or multi_choice",
    ),
    "flow.empty_sub_process": _s(
        "子流程“{id}”里没有能开始的活动",
        "The sub-process “{id}” has nothing in it that could start",
        "放进活动，或换成任务",
        "Put activities into it, or use a task",
    ),
    "flow.ad_hoc_content": _s(
        "“{id}”不能放在自由子流程“{parent}”里",
        "“{id}” cannot be inside the ad-hoc sub-process “{parent}”",
        "只放活动、网关和中间事件",
        "Put only activities, gateways and intermediate events there",
    ),
}

_PEOPLE: Mapping[str, Sentence] = {
    "flow.form_entity": _s(
        "表单“{key}”不属于这个流程的实体",
        "The form “{key}” is about another entity than the flow",
        "换一个表单",
        "Choose another form",
    ),
    "flow.no_outcomes": _s(
        "任务“{id}”没有能往下走的处理结果",
        "The task “{id}” has no outcome that leads on",
        "加一个处理结果",
        "Add an outcome",
    ),
    "flow.repeated_outcome": _s("处理结果“{key}”重复", "The outcome “{key}” occurs twice", "改一个名称", "Rename one"),
    "flow.many_agreements": _s(
        "会签任务“{id}”有多个同意类结果；以最后一个人的为准",
        "The task “{id}” needs everybody and has several agreeing outcomes; the last person's decides",
        "只留一个同意类结果",
        "Keep one agreeing outcome",
    ),
    "flow.send_back_target": _s(
        "“{id}”不能退回到“{target}”：它不是之前的人工任务",
        "“{id}” cannot send back to “{target}”, which is no user task before it",
        "选本层或外层里在它之前的人工任务",
        "Choose a user task before it, in this scope or one around it",
    ),
    "flow.no_candidates": _s(
        "“{id}”没有办理人，谁也收不到", "Nobody is named for “{id}”: nobody can get it", "写上办理人", "Say who gets it"
    ),
    "flow.candidate_members": _s(
        "“{id}”的一个办理人应恰好写一种（角色和部门可以一起）",
        "A candidate of “{id}” must be named in exactly one way (role and department may go together)",
        "拆成几个办理人，或删去多余的",
        "Make several candidates of it, or remove what is too much",
    ),
    "flow.superior_of": _s(
        "“{id}”要给“{target}”办理人的上级，但它不是之前的人工任务",
        "“{id}” goes to the superior of whoever did “{target}”, which is no user task before it",
        "选之前的人工任务，或开始节点（发起人的上级）",
        "Choose a user task before it, or the start event (the initiator's superior)",
    ),
}

_SOUNDNESS: Mapping[str, Sentence] = {
    "flow.stuck_join": _s(
        "“{id}”可能永远等不齐",
        "“{id}” may wait for a branch that never comes",
        "检查它前面的分支是否都会到达；只走其中一条时用排他网关合并",
        "See to it that every branch into it is always taken; where only one is, merge with an exclusive gateway",
    ),
    "flow.deadlock": _s(
        "流程可能停在“{id}”，再也走不下去",
        "The flow may come to stand at “{id}” for ever",
        "检查“{id}”等的事是否还会发生",
        "See to it that what “{id}” waits for can still happen",
    ),
    "flow.never_ends": _s(
        "到了“{id}”之后，流程再也走不到结束",
        "Once at “{id}” the flow can never end",
        "从这里加一条通向结束的路",
        "Add a way from here to an end",
    ),
    "flow.unreachable": _s(
        "没有路径会到达“{id}”", "No path leads to “{id}”", "连上它，或删除", "Connect it, or remove it"
    ),
    "flow.starts_by_itself": _s(
        "没有连线到“{id}”，它会随流程一起自动开始",
        "No edge leads to “{id}”: it would start by itself, together with its scope",
        "连上它，或删除",
        "Connect it, or remove it",
    ),
    "flow.no_way_on": _s(
        "“{id}”没有出口，这条路在这里结束",
        "Nothing leaves “{id}”: the path ends there",
        "连到下一个节点，或加结束节点",
        "Lead on to a node, or add an end event",
    ),
    "flow.multiplies": _s(
        "“{id}”上的分支会越来越多",
        "Branches pile up at “{id}”",
        "在循环里把并行分支合并",
        "Join parallel branches inside the loop",
    ),
    "flow.automatic_loop": _s(
        "“{id}”所在的循环里没有人工任务或等待，可能一直转下去",
        "The loop through “{id}” waits for nothing and may turn for ever",
        "在循环里放一个任务或等待，或确认条件总会结束它",
        "Put a task or a wait into it, or make sure that its condition ends it",
    ),
    "flow.too_large_to_prove": _s(
        "流程的状态太多，看了 {limit} 个之后停下；到此为止没有发现别的问题",
        "The flow has too many states: {limit} were looked at; nothing else was found until then",
        "把一部分放进子流程，或减少交错的并行分支",
        "Put a part of it into a sub-process, or have fewer branches that cross one another",
    ),
}

MESSAGES: Mapping[str, Sentence] = {**_NAMES, **_SHAPE, **_EVENTS, **_ACTIVITIES, **_PEOPLE, **_SOUNDNESS}

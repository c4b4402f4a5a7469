"""The sentences of `check`, by code, in both languages: what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.checking.messages_of_work import WORK
from engine.flow.checking.sentences import Sentence, sentence, unknown

_NAMES: Mapping[str, Sentence] = {
    "flow.unknown_entity": sentence(
        "没有实体“{key}”", "There is no entity “{key}”", "换成已有的实体", "Name an entity that exists"
    ),
    "flow.unknown_node": unknown("节点", "node"),
    "flow.unknown_node_type": sentence(
        "没有“{key}”这种节点", "There is no node type “{key}”", "从节点列表中选一种", "Choose one of the node types"
    ),
    "flow.unknown_action": sentence(
        "没有动作“{key}”", "There is no action “{key}”", "换成已有的动作", "Name an action that exists"
    ),
    "flow.unknown_parameter": sentence(
        "动作没有参数“{key}”",
        "The action has no parameter “{key}”",
        "改参数名，或删去",
        "Correct the name, or remove it",
    ),
    "flow.unknown_input": sentence(
        "决策表没有输入“{key}”",
        "The decision table has no input “{key}”",
        "改输入名，或删去",
        "Correct the name, or remove it",
    ),
    "flow.unknown_decision": unknown("决策表", "decision table"),
    "flow.unknown_rule": unknown("规则", "rule"),
    "flow.unknown_flow": unknown("流程", "flow"),
    "flow.unknown_variable": sentence(
        "流程没有变量“{key}”",
        "The flow has no variable “{key}”",
        "先在变量中加上它，或改名",
        "Add it to the variables first, or correct the name",
    ),
    "flow.unknown_called_variable": sentence(
        "被调用的流程没有变量“{key}”",
        "The called flow has no variable “{key}”",
        "改成被调用流程的变量",
        "Name a variable of the called flow",
    ),
    "flow.unknown_form": unknown("表单", "form"),
    "flow.unknown_role": unknown("角色", "role"),
    "flow.unknown_department": unknown("部门", "department"),
    "flow.unknown_user_field": sentence(
        "记录没有人员字段“{key}”",
        "The record has no user field “{key}”",
        "换成记录的人员字段",
        "Name a user field of the record",
    ),
    "flow.unknown_field": unknown("字段", "field"),
    "flow.unknown_option": unknown("选项", "option"),
    "flow.unknown_variable_type": sentence(
        "变量不能是“{key}”类型", "A variable cannot be of type “{key}”", "换一种类型", "Choose another type"
    ),
    "flow.variable_taken": sentence(
        "名称“{key}”已被占用", "The name “{key}” is taken", "换一个名称", "Choose another name"
    ),
    "flow.default_type": sentence(
        "变量“{key}”的默认值与类型不符", "The default of “{key}” is not of its type", "改默认值", "Correct the default"
    ),
    "flow.repeated_id": sentence(
        "编号“{key}”用了两次", "The id “{key}” is used twice", "给每个编号不同的名称", "Give each its own id"
    ),
}

_SHAPE: Mapping[str, Sentence] = {
    "flow.no_start": sentence("流程没有开始节点", "The flow has no start event", "加一个开始节点", "Add a start event"),
    "flow.parent_type": sentence(
        "“{parent}”不是子流程，里面不能有节点“{id}”",
        "“{id}” cannot be inside “{parent}”, which is no sub-process",
        "把它移到子流程里，或移到最外层",
        "Move it into a sub-process, or to the outside",
    ),
    "flow.parent_cycle": sentence(
        "“{id}”的上级绕了一圈回到自己", "“{id}” is inside itself", "改它的上级", "Correct its parent"
    ),
    "flow.edge_from_end": sentence(
        "“{id}”之后不会再走，不能有连线出来",
        "Nothing goes on after “{id}”, so no edge may leave it",
        "删去这条连线",
        "Remove the edge",
    ),
    "flow.edge_into_start": sentence(
        "“{id}”由事件开始，不能有连线进入",
        "“{id}” is started by its event, so no edge may enter it",
        "把连线接到它后面的节点",
        "Lead the edge to the node after it",
    ),
    "flow.event_sub_process_edge": sentence(
        "事件子流程“{id}”由事件开始，不能有连线",
        "The event sub-process “{id}” is started by its event and has no edges",
        "删去这条连线",
        "Remove the edge",
    ),
    "flow.handler_edge": sentence(
        "补偿处理“{id}”不在正常路径上，不能有连线",
        "“{id}” belongs to compensation and has no edges",
        "删去这条连线，改用补偿边界事件的 handler 指向它",
        "Remove the edge; name the activity as the handler of the compensation boundary event",
    ),
    "flow.crosses_scope": sentence(
        "连线“{id}”跨过子流程的边界",
        "The edge “{id}” crosses the border of a sub-process",
        "在子流程里结束，再从子流程本身连出",
        "End inside the sub-process, and lead on from the sub-process itself",
    ),
    "flow.member_unused": sentence(
        "{type} 不读取“{member}”，写了也不会执行",
        "{type} does not read “{member}”: it would not be executed",
        "删去它，或换一种节点",
        "Remove it, or choose another type of node",
    ),
    "flow.not_attached": sentence(
        "边界事件“{id}”没有附在任何活动上",
        "The boundary event “{id}” is attached to nothing",
        "附到一个任务或子流程上",
        "Attach it to a task or sub-process",
    ),
    "flow.attached_to": sentence(
        "“{id}”附在“{host}”上，但那里不会有令牌停留",
        "“{id}” is attached to “{host}”, which is no activity",
        "附到一个任务或子流程上",
        "Attach it to a task or sub-process",
    ),
    "flow.attached_elsewhere": sentence(
        "“{id}”与它所附的“{host}”不在同一个子流程里",
        "“{id}” and “{host}”, to which it is attached, are in different sub-processes",
        "把两者放在同一层",
        "Put both into the same sub-process",
    ),
    "flow.condition_ignored": sentence(
        "从“{source}”出来的连线没有选择，条件或默认不起作用：“{id}”",
        "Nothing is chosen at “{source}”: the condition or default of “{id}” is never looked at",
        "删去条件，或在前面加一个排他网关",
        "Remove it, or put an exclusive gateway before it",
    ),
    "flow.default_with_condition": sentence(
        "默认出口“{id}”的条件不会被看",
        "The condition of the default edge “{id}” is never looked at",
        "删去条件，或取消默认",
        "Remove the condition, or the default mark",
    ),
    "flow.no_default": sentence(
        "“{id}”没有默认出口；条件都不满足时流程会停住",
        "“{id}” has no default: where no condition holds the flow stops",
        "把一条出口设为默认",
        "Mark one edge as the default",
    ),
    "flow.two_defaults": sentence("“{id}”有多个默认出口", "“{id}” has several defaults", "只留一个", "Keep one"),
    "flow.lone_default": sentence(
        "“{id}”只有一条出口，设为默认没有意义",
        "“{id}” has one way out, so the default says nothing",
        "取消默认",
        "Remove the mark",
    ),
    "flow.no_condition": sentence(
        "连线“{id}”既没有条件也不是默认出口",
        "The edge “{id}” has no condition and is not the default",
        "写上条件，或设为默认",
        "Give it a condition, or make it the default",
    ),
    "flow.event_gateway_edges": sentence(
        "事件网关“{id}”后面的事件不到两个",
        "Fewer than two events follow the event-based gateway “{id}”",
        "再加一个事件，或去掉网关",
        "Add an event, or remove the gateway",
    ),
    "flow.event_gateway_target": sentence(
        "事件网关“{id}”后面只能是等待事件或接收任务（没有边界事件和循环），不能是“{target}”",
        "Only catching events and receive tasks (without boundary events or loops) may follow the event-based gateway “{id}”, not “{target}”",
        "在中间放一个等待事件",
        "Put a catching event between them",
    ),
    "flow.event_gateway_shared": sentence(
        "“{id}”在事件网关之后，不能再有别的入口",
        "“{id}” follows an event-based gateway and may have no other way in",
        "为另一条路另放一个事件",
        "Use another event for the other way",
    ),
    "flow.complex_required": sentence(
        "复杂网关“{id}”要等的分支数（required）应在 1 到 {incoming} 之间",
        "The complex gateway “{id}” must say how many of its {incoming} branches it waits for (required)",
        "写上 1 到 {incoming} 之间的数",
        "Write a number from 1 to {incoming}",
    ),
}

_EVENTS: Mapping[str, Sentence] = {
    "flow.no_event": sentence(
        "“{id}”没有说明等待或发出什么事件",
        "“{id}” does not say for which event",
        "加上事件定义",
        "Add an event definition",
    ),
    "flow.event_kind": sentence(
        "“{id}”这里不能用“{kind}”事件",
        "An event of kind “{kind}” cannot stand at “{id}”",
        "改用：{allowed}",
        "Use one of: {allowed}",
    ),
    "flow.event_alone": sentence(
        "“{id}”的这些事件不能放在一起",
        "The events of “{id}” cannot stand together",
        "分成几个节点",
        "Make several nodes of it",
    ),
    "flow.parallel_multiple": sentence(
        "“{id}”要等全部事件，却没有两个以上能等待的事件",
        "“{id}” waits for all its events, but has fewer than two that can be waited for",
        "再加事件，或取消 parallel_multiple",
        "Add events, or remove parallel_multiple",
    ),
    "flow.must_interrupt": sentence(
        "“{id}”这种事件总是中断的", "The event of “{id}” always interrupts", "设为中断", "Make it interrupting"
    ),
    "flow.no_name": sentence(
        "“{id}”的{kind}事件没有名称", "The {kind} event of “{id}” has no name", "写上名称", "Give it a name"
    ),
    "flow.start_correlation": sentence(
        "开始事件“{id}”不能有关联键：还没有实例可比",
        "The start event “{id}” cannot have a correlation: there is no instance yet to compare with",
        "删去 correlation",
        "Remove the correlation",
    ),
    "flow.no_event_condition": sentence(
        "条件事件“{id}”没有条件", "The conditional event “{id}” has no condition", "写上条件", "Give it a condition"
    ),
    "flow.no_code": sentence(
        "“{id}”抛出的{kind}没有代码，谁也不能按代码接住",
        "The {kind} that “{id}” throws has no code by which it could be caught",
        "写上代码",
        "Give it a code",
    ),
    "flow.timer_members": sentence(
        "“{id}”的定时器应恰好写 duration、date、cycle 之一",
        "The timer of “{id}” must have exactly one of duration, date and cycle",
        "只写一个",
        "Write exactly one",
    ),
    "flow.duration": sentence(
        "“{text}”不是有效的时长", "“{text}” is not a duration", "写成 PT30M、PT4H 或 P1D", "Write PT30M, PT4H or P1D"
    ),
    "flow.cycle": sentence(
        "“{text}”不是有效的重复", "“{text}” is not a repetition", "写成 R3/PT10M 或 R/P1D", "Write R3/PT10M or R/P1D"
    ),
    "flow.cycle_once": sentence(
        "“{id}”只会触发一次，重复不起作用",
        "“{id}” fires once only: the repetition would not be executed",
        "改用 duration，或改成非中断的边界事件",
        "Use a duration, or make it a boundary event that does not interrupt",
    ),
    "flow.start_data": sentence(
        "开始事件“{id}”还没有实例，时间不能读取变量或记录",
        "There is no instance before the start event “{id}”: its time cannot read variables or the record",
        "写成不读取它们的时间",
        "Write a time that reads neither",
    ),
    "flow.link_nowhere": sentence(
        "链接“{name}”没有接收的一端",
        "The link “{name}” leads nowhere",
        "在同一层加一个同名的链接接收事件",
        "Add a catching link event of that name in the same scope",
    ),
    "flow.link_from_nowhere": sentence(
        "没有谁连到链接“{name}”",
        "Nothing throws the link “{name}”",
        "在同一层加一个同名的链接抛出事件",
        "Add a throwing link event of that name in the same scope",
    ),
    "flow.link_twice": sentence(
        "链接“{name}”有多个接收的一端", "The link “{name}” has several catching ends", "只留一个", "Keep one"
    ),
    "flow.event_sub_process_start": sentence(
        "事件子流程“{id}”有 {count} 个开始事件，应恰好一个",
        "The event sub-process “{id}” has {count} start events instead of exactly one",
        "留一个带事件的开始节点",
        "Keep one start event, with its event",
    ),
    "flow.compensation_start": sentence(
        "补偿事件子流程“{id}”必须在子流程里",
        "The compensation event sub-process “{id}” must be inside a sub-process",
        "移到要补偿的子流程里",
        "Move it into the sub-process that it compensates",
    ),
    "flow.handler": sentence(
        "“{handler}”不能作“{id}”的补偿处理",
        "“{handler}” cannot be the handler of “{id}”",
        "选同一层里标了 for_compensation 的活动",
        "Choose an activity of the same scope that is marked for_compensation",
    ),
    "flow.handler_unused": sentence(
        "“{id}”标了补偿处理，却没有补偿边界事件指向它，永远不会执行",
        "“{id}” is for compensation, but no compensation boundary event names it: it would never run",
        "加一个补偿边界事件，或取消 for_compensation",
        "Add a compensation boundary event, or remove for_compensation",
    ),
    "flow.two_handlers": sentence(
        "“{host}”有多个补偿处理，只有第一个会执行",
        "“{host}” has several compensation handlers, of which only the first would run",
        "只留一个补偿边界事件",
        "Keep one compensation boundary event",
    ),
    "flow.caught_twice": sentence(
        "“{id}”等的{kind}已由“{first}”接住，永远轮不到它",
        "The {kind} that “{id}” waits for is caught by “{first}”: it would never come to it",
        "改代码，或只留一个",
        "Correct the code, or keep one of them",
    ),
    "flow.nothing_to_compensate": sentence(
        "“{id}”周围没有可以补偿的活动",
        "Nothing around “{id}” can be compensated",
        "给要撤回的活动加上补偿边界事件",
        "Give the activities to be undone a compensation boundary event",
    ),
    "flow.not_compensable": sentence(
        "“{activity}”不能由“{id}”补偿",
        "“{id}” cannot compensate “{activity}”",
        "给它加上补偿边界事件；它须在同一层或外层",
        "Give it a compensation boundary event; it must be in this scope or one around it",
    ),
    "flow.cancel_outside": sentence(
        "取消结束“{id}”不在事务里",
        "The cancel end “{id}” is in no transaction",
        "移到事务里，或改用终止结束",
        "Move it into a transaction, or use a terminate end",
    ),
    "flow.cancel_uncaught": sentence(
        "事务“{transaction}”没有取消边界事件，“{id}”之后无路可走",
        "The transaction “{transaction}” has no cancel boundary event: nothing leads on after “{id}”",
        "在事务上加一个取消边界事件",
        "Attach a cancel boundary event to the transaction",
    ),
    "flow.cancel_boundary": sentence(
        "取消边界事件“{id}”只能附在事务上，“{host}”不是",
        "The cancel boundary event “{id}” must be attached to a transaction, which “{host}” is not",
        "附到事务上，或换一种事件",
        "Attach it to a transaction, or use another event",
    ),
    "flow.uncaught_error": sentence(
        "错误“{code}”没有谁接住：流程会停在“{id}”，除非由别的流程调用",
        "Nothing catches the error “{code}”: the flow stops at “{id}”, unless another flow called it",
        "在外面的子流程上加一个错误边界事件",
        "Attach an error boundary event to a sub-process around it",
    ),
    "flow.never_thrown": sentence(
        "“{id}”等的{kind}不会从“{host}”里抛出",
        "The {kind} that “{id}” waits for is never thrown in “{host}”",
        "改代码，在里面抛出它，附到别的活动上，或删去",
        "Correct the code, throw it in there, attach it elsewhere, or remove it",
    ),
}

MESSAGES: Mapping[str, Sentence] = {**_NAMES, **_SHAPE, **_EVENTS, **WORK}

"""The sentences of `check` about activities, people and the flow as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.checking.messages_of_approval import APPROVAL
from engine.flow.checking.sentences import Sentence, sentence

_ACTIVITIES: Mapping[str, Sentence] = {
    "flow.expression": sentence(
        "表达式有误", "The expression has a mistake", "改好这个表达式", "Put the expression right"
    ),
    "flow.assigned_type": sentence(
        "变量“{key}”是{wanted_zh}，不能放{given_zh}",
        "The variable “{key}” is {wanted} and cannot hold {given}",
        "改表达式，或改变量的类型",
        "Correct the expression, or the type of the variable",
    ),
    "flow.argument_type": sentence(
        "参数“{key}”要{wanted_zh}，这里是{given_zh}",
        "The argument “{key}” must be {wanted}; this is {given}",
        "改表达式",
        "Correct the expression",
    ),
    "flow.not_people": sentence(
        "办理人要给出人员或人员列表，这里是{type_zh}",
        "A candidate's expression must give a user or a list of users; this is {type}",
        "改成人员字段或人员变量",
        "Name a user field or a user variable",
    ),
    "flow.not_a_record": sentence(
        "被调用的流程要知道是哪条记录，这里是{type_zh}",
        "The called flow needs a record of its entity; this is {type}",
        "改成引用那个实体的字段或变量",
        "Name a field or variable that refers to that entity",
    ),
    "flow.not_a_list": sentence(
        "多实例要一个列表，这里是{type_zh}",
        "Multi-instance needs a list; this is {type}",
        "写一个列表，或改用 cardinality",
        "Write a list, or use cardinality",
    ),
    "flow.missing_argument": sentence(
        "动作缺少参数“{key}”", "The action needs the argument “{key}”", "写上它", "Add it"
    ),
    "flow.missing_input": sentence(
        "决策表缺少输入“{key}”", "The decision table needs the input “{key}”", "写上它", "Add it"
    ),
    "flow.decision_or_rules": sentence(
        "“{id}”应恰好写 decision 或 rules 之一",
        "“{id}” must have exactly one of decision and rules",
        "选一张决策表，或选几条规则",
        "Choose a decision table, or some rules",
    ),
    "flow.rule_elsewhere": sentence(
        "规则“{key}”不是逐条处理“{entity}”的定时规则，不能在这里执行",
        "The rule “{key}” does not go through the records of “{entity}” by the clock, so it cannot be asked about one",
        "选一条“every … for each {entity}”的规则",
        "Choose a rule that begins “every … for each {entity}”",
    ),
    "flow.no_assignments": sentence(
        "脚本任务“{id}”什么也不做",
        "The script task “{id}” does nothing",
        "加上赋值，或删去节点",
        "Add assignments, or remove the node",
    ),
    "flow.no_outputs": sentence(
        "“{id}”的结果没有放进任何变量，等于没有执行",
        "The result of “{id}” goes into no variable, so it would not be asked",
        "写上 outputs",
        "Add outputs",
    ),
    "flow.jump_target": sentence(
        "“{id}”不能跳到“{target}”",
        "“{id}” cannot jump to “{target}”",
        "选同一层里的普通节点",
        "Choose an ordinary node of the same scope",
    ),
    "flow.call_members": sentence(
        "“{id}”应恰好写 flow 或 flow_expression 之一",
        "“{id}” must have exactly one of flow and flow_expression",
        "选定被调用的流程",
        "Say which flow it calls",
    ),
    "flow.call_record": sentence(
        "流程“{flow}”关于另一个实体，“{id}”要说明是哪条记录",
        "The flow “{flow}” is about another entity: “{id}” must say which record",
        "写上 record",
        "Add record",
    ),
    "flow.call_start": sentence(
        "流程“{flow}”没有普通的开始节点，不能被“{id}”调用",
        "The flow “{flow}” has no plain start event, so “{id}” cannot call it",
        "给它加一个没有事件的开始节点",
        "Give it a start event without an event",
    ),
    "flow.calls_itself": sentence(
        "“{id}”调用本流程自己，可能没完没了",
        "“{id}” calls this same flow and may never end",
        "确认有一条不再调用的路",
        "See to it that some way does not call again",
    ),
    "flow.starts_itself": sentence(
        "“{id}”发出“{name}”，它又会启动本流程，没完没了",
        "“{id}” throws “{name}”, which starts this same flow again, without end",
        "换一个名称，或在此之前放一个任务或等待",
        "Throw another name, or put a task or a wait before it",
    ),
    "flow.may_start_itself": sentence(
        "“{id}”发出“{name}”，它又会启动本流程，可能没完没了",
        "“{id}” throws “{name}”, which starts this same flow again, and so may never end",
        "确认总会走到不再发出它的那条路，或在此之前放一个任务或等待",
        "See to it that some way does not throw it again, or put a task or a wait before it",
    ),
    "flow.start_one_another": sentence(
        "“{id}”启动流程“{flow}”，那边又会不经等待启动本流程，可能没完没了",
        "“{id}” starts the flow “{flow}”, which without waiting starts this flow again, and so may never end",
        "在其中一个流程里先放一个任务或等待，或确认有一条不再启动的路",
        "Put a task or a wait into one of the flows, or see to it that some way does not start the other",
    ),
    "flow.endless_loop": sentence(
        "循环“{id}”没有说明何时再来一次",
        "The loop of “{id}” does not say when to go round again",
        "写上 condition",
        "Add a condition",
    ),
    "flow.loop_members": sentence(
        "多实例“{id}”应恰好写 cardinality 或 collection 之一",
        "The multi-instance “{id}” must have exactly one of cardinality and collection",
        "只写一个",
        "Write exactly one",
    ),
    "flow.element_of_nothing": sentence(
        "“{id}”没有 collection，element 没有值",
        "“{id}” has no collection that element could come from",
        "写上 collection，或删去 element",
        "Add a collection, or remove element",
    ),
    "flow.loop_output": sentence(
        "“{id}”的 output 与 output_collection 要一起写",
        "output and output_collection of “{id}” belong together",
        "补上另一个，或都删去",
        "Add the other, or remove both",
    ),
    "flow.output_collection": sentence(
        "变量“{key}”不是列表，收不下“{id}”各次的结果",
        "The variable “{key}” is no list and cannot gather what “{id}” gives",
        "把变量改成标签或多选类型",
        "Make it a variable of type tags or multi_choice",
    ),
    "flow.empty_sub_process": sentence(
        "子流程“{id}”里没有能开始的活动",
        "The sub-process “{id}” has nothing in it that could start",
        "放进活动，或换成任务",
        "Put activities into it, or use a task",
    ),
    "flow.ad_hoc_content": sentence(
        "“{id}”不能放在自由子流程“{parent}”里",
        "“{id}” cannot be inside the ad-hoc sub-process “{parent}”",
        "只放活动、网关和中间事件",
        "Put only activities, gateways and intermediate events there",
    ),
}

_VALUES: Mapping[str, Sentence] = {
    "flow.missing_one": sentence(
        "动作缺少参数 {names}", "The action needs the argument {names}", "写上其中一个", "Add one of them"
    ),
    "flow.no_person": sentence(
        "“{id}”没有说明是哪位客户，流程的记录也不引用客户",
        "“{id}” does not say about which person, and the flow's record refers to none",
        "写上参数 person，或给实体加一个引用客户的字段",
        "Add the argument person, or give the entity a reference to a person",
    ),
    "flow.unknown_outcome": sentence(
        "到这里的处理结果不会是“{key}”，这个条件永远不成立",
        "No task before this has the outcome “{key}”: the condition never holds",
        "改成：{known}",
        "Use one of: {known}",
    ),
    "flow.always_holds": sentence(
        "条件“{text}”总是成立",
        "The condition “{text}” always holds",
        "写一个会变的条件，或去掉它",
        "Write a condition that may change, or remove it",
    ),
    "flow.never_holds": sentence(
        "条件“{text}”永远不成立",
        "The condition “{text}” never holds",
        "写一个会变的条件，或去掉它",
        "Write a condition that may change, or remove it",
    ),
    "flow.cardinality": sentence(
        "份数“{text}”应是 0 到 {most} 的整数",
        "The number of times “{text}” must be a whole number from 0 to {most}",
        "改成这个范围里的数；更多时分批做",
        "Write a number in this range; where there are more, do them in portions",
    ),
    "flow.too_often": sentence(
        "“{id}”的定时每次相隔不到一分钟",
        "The timer of “{id}” repeats in less than a minute",
        "确认真的要这么频繁，例如 R/PT1H 是每小时一次",
        "See whether it must be that often; R/PT1H, for example, is once an hour",
    ),
    "flow.automatic_repeat": sentence(
        "“{id}”一遍遍自动重做，中间不等人也不等事，可能一直转下去",
        "“{id}” is done again and again without waiting for anything, and may turn for ever",
        "写上最多几次（maximum），或确认条件总会结束它",
        "Say how often at most (maximum), or make sure that its condition ends it",
    ),
}

_PEOPLE: Mapping[str, Sentence] = {
    "flow.form_entity": sentence(
        "表单“{key}”不属于这个流程的实体",
        "The form “{key}” is about another entity than the flow",
        "换一个表单",
        "Choose another form",
    ),
    "flow.no_outcomes": sentence(
        "任务“{id}”没有能往下走的处理结果",
        "The task “{id}” has no outcome that leads on",
        "加一个处理结果",
        "Add an outcome",
    ),
    "flow.repeated_outcome": sentence(
        "处理结果“{key}”重复", "The outcome “{key}” occurs twice", "改一个名称", "Rename one"
    ),
    "flow.many_agreements": sentence(
        "会签任务“{id}”有多个同意类结果；以最后一个人的为准",
        "The task “{id}” needs everybody and has several agreeing outcomes; the last person's decides",
        "只留一个同意类结果",
        "Keep one agreeing outcome",
    ),
    "flow.send_back_target": sentence(
        "“{id}”不能退回到“{target}”：它不是之前的人工任务",
        "“{id}” cannot send back to “{target}”, which is no user task before it",
        "选本层或外层里在它之前的人工任务",
        "Choose a user task before it, in this scope or one around it",
    ),
    "flow.no_candidates": sentence(
        "“{id}”没有办理人，谁也收不到", "Nobody is named for “{id}”: nobody can get it", "写上办理人", "Say who gets it"
    ),
    "flow.candidate_members": sentence(
        "“{id}”的一个办理人应恰好写一种（角色和部门可以一起）",
        "A candidate of “{id}” must be named in exactly one way (role and department may go together)",
        "拆成几个办理人，或删去多余的",
        "Make several candidates of it, or remove what is too much",
    ),
    "flow.user_form": sentence(
        "“{key}”不是邮箱，也不是人员编号",
        "“{key}” is neither an e-mail address nor the id of a user",
        "写上邮箱，例如 li.wei@example.com",
        "Write an e-mail address, such as li.wei@example.com",
    ),
    "flow.unknown_user": sentence(
        "没有人员“{key}”，或已停用，任务到不了他手里",
        "There is no user “{key}”, or they are disabled: they will not get it",
        "换一个人，或改用角色、部门",
        "Name somebody else, or a role or department",
    ),
    "flow.superior_of": sentence(
        "“{id}”要给“{target}”办理人的上级，但它不是之前的人工任务",
        "“{id}” goes to the superior of whoever did “{target}”, which is no user task before it",
        "选之前的人工任务，或开始节点（发起人的上级）",
        "Choose a user task before it, or the start event (the initiator's superior)",
    ),
}

_SOUNDNESS: Mapping[str, Sentence] = {
    "flow.stuck_join": sentence(
        "“{id}”可能永远等不齐",
        "“{id}” may wait for a branch that never comes",
        "检查它前面的分支是否都会到达；只走其中一条时用排他网关合并",
        "See to it that every branch into it is always taken; where only one is, merge with an exclusive gateway",
    ),
    "flow.deadlock": sentence(
        "流程可能停在“{id}”，再也走不下去",
        "The flow may come to stand at “{id}” for ever",
        "检查“{id}”等的事是否还会发生",
        "See to it that what “{id}” waits for can still happen",
    ),
    "flow.never_ends": sentence(
        "到了“{id}”之后，流程再也走不到结束",
        "Once at “{id}” the flow can never end",
        "从这里加一条通向结束的路",
        "Add a way from here to an end",
    ),
    "flow.unreachable": sentence(
        "没有路径会到达“{id}”", "No path leads to “{id}”", "连上它，或删除", "Connect it, or remove it"
    ),
    "flow.never_happens": sentence(
        "“{host}”马上就做完，“{id}”永远不会发生",
        "“{host}” is done at once: “{id}” can never happen",
        "附到会等待的活动上，或删除",
        "Attach it to an activity that waits, or remove it",
    ),
    "flow.start_together": sentence(
        "“{id}”和别的开始节点会同时开始",
        "“{id}” and the other start events without an event begin together",
        "只留一个，或给它们不同的事件",
        "Keep one, or give them events",
    ),
    "flow.starts_by_itself": sentence(
        "没有连线到“{id}”，它会随流程一起自动开始",
        "No edge leads to “{id}”: it would start by itself, together with its scope",
        "连上它，或删除",
        "Connect it, or remove it",
    ),
    "flow.no_way_on": sentence(
        "“{id}”没有出口，这条路在这里结束",
        "Nothing leaves “{id}”: the path ends there",
        "连到下一个节点，或加结束节点",
        "Lead on to a node, or add an end event",
    ),
    "flow.multiplies": sentence(
        "“{id}”上的分支会越来越多",
        "Branches pile up at “{id}”",
        "在循环里把并行分支合并",
        "Join parallel branches inside the loop",
    ),
    "flow.automatic_loop": sentence(
        "“{id}”所在的循环里没有人工任务或等待，可能一直转下去",
        "The loop through “{id}” waits for nothing and may turn for ever",
        "在循环里放一个任务或等待，或确认条件总会结束它",
        "Put a task or a wait into it, or make sure that its condition ends it",
    ),
    "flow.too_large_to_prove": sentence(
        "流程的状态太多，看了 {limit} 个之后停下；到此为止没有发现别的问题",
        "The flow has too many states: {limit} were looked at; nothing else was found until then",
        "把一部分放进子流程，或减少交错的并行分支",
        "Put a part of it into a sub-process, or have fewer branches that cross one another",
    ),
}

WORK: Mapping[str, Sentence] = {**_ACTIVITIES, **_VALUES, **_PEOPLE, **APPROVAL, **_SOUNDNESS}

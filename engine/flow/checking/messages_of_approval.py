"""The sentences of `check` about how people decide tasks."""

from __future__ import annotations

from collections.abc import Mapping

from engine.flow.checking.sentences import Sentence, sentence, unknown

APPROVAL: Mapping[str, Sentence] = {
    "flow.policy_unused": sentence(
        "“{id}”的 {member} 在这里不起作用（{type}）",
        "“{member}” of “{id}” has no use here ({type})",
        "删去它，或改那个设置",
        "Remove it, or change that setting",
    ),
    "flow.vote_part": sentence(
        "“{text}”不是比例，也不是票数",
        "“{text}” is neither a part nor a number of votes",
        "写成 2/3、60% 或 3",
        "Write 2/3, 60% or 3",
    ),
    "flow.vote_beyond": sentence(
        "“{id}”一共没有“{text}”票，永远通不过",
        "“{id}” does not have “{text}” votes in all: it could never pass",
        "改小票数，写成比例，或加人",
        "Write a smaller number, or a part, or add people",
    ),
    "flow.veto_of_stranger": sentence(
        "“{key}”有一票否决权，却不在“{id}”的投票人里",
        "“{key}” has a veto, but no vote at “{id}”",
        "把他加进办理人，或去掉否决权",
        "Add them to the people, or take the veto away",
    ),
    "flow.chain_without_end": sentence(
        "“{id}”的逐级审批没有说到哪一级为止",
        "The chain of superiors of “{id}” does not say how far it goes",
        "写上几级（levels），或到哪个职位为止（up_to）",
        "Say how many levels (levels), or up to which position (up_to)",
    ),
    "flow.nobody_to_remove": sentence(
        "“{id}”可以减签，却不能加签，没有人可减",
        "People may be taken away from “{id}”, but none can be added",
        "允许加签，或去掉减签",
        "Allow adding people, or do not allow taking them away",
    ),
    "flow.nobody_before": sentence(
        "“{id}”的办理人由上一步选，但前面没有人工任务",
        "The people of “{id}” are chosen at the task before, and there is none",
        "改由发起人选，或直接写明办理人",
        "Let the initiator choose, or say who it is",
    ),
    "flow.nobody_user": sentence(
        "“{id}”没人可办时要转给指定的人，却没有写是谁",
        "Where nobody is found “{id}” goes to somebody who is not named",
        "写上那个人的邮箱（nobody_user）",
        "Write their e-mail address (nobody_user)",
    ),
    "flow.overdue_without_time": sentence(
        "“{id}”没有期限，不知道什么时候算超时",
        "“{id}” has no due time, so nothing says when it is late",
        "写上期限（due），或写多久以后（after）",
        "Give the task a due time (due), or say after how long (after)",
    ),
    "flow.overdue_every": sentence(
        "“{id}”超时要提醒多次，却没有写每隔多久",
        "“{id}” reminds several times, but not how far apart",
        "写上间隔，例如 PT4H",
        "Write how far apart, such as PT4H",
    ),
    "flow.no_agreement": sentence(
        "“{id}”没有表示同意的结果，自动同意无从说起",
        "“{id}” has no outcome that agrees, so nobody can agree automatically",
        "加一个同意类的结果，或改这条规则",
        "Add an outcome of kind complete, or change this rule",
    ),
    "flow.no_refusal": sentence(
        "“{id}”没有表示不同意的结果，不通过时无路可走",
        "“{id}” has no outcome that refuses: when it does not pass there is none to take",
        "加一个驳回类的结果，或改这条规则",
        "Add an outcome of kind refuse, or change this rule",
    ),
    "flow.nothing_before": sentence(
        "“{id}”之前没有人工任务可退",
        "There is no user task before “{id}” to send back to",
        "去掉这个结果，或在前面放一个人工任务",
        "Remove the outcome, or put a user task before it",
    ),
    "flow.target_is_word": sentence(
        "“{key}”在这里指结束整个流程，不是节点“{key}”",
        "“{key}” means the end of the whole flow here, not the node “{key}”",
        "要去那个节点，就给它换一个编号",
        "Where the node is meant, give it another id",
    ),
    "flow.target_in_loop": sentence(
        "“{id}”要做多次，其中一次不能把流程带到别处",
        "“{id}” is done several times; one of them cannot lead the flow elsewhere",
        "去掉循环，或让它走连线出去",
        "Remove the loop, or lead on by edges",
    ),
    "flow.target_of_handler": sentence(
        "“{id}”是补偿处理，不能把流程带到别处",
        "“{id}” compensates and cannot lead the flow elsewhere",
        "去掉去向",
        "Remove the target",
    ),
    "flow.unknown_form_field": unknown("表单字段", "field on the form"),
    "flow.rights_without_form": sentence(
        "“{id}”没有表单，字段权限不起作用",
        "“{id}” has no form for which its rights could hold",
        "写上表单，或删去字段权限",
        "Give it a form, or remove the rights",
    ),
    "flow.right_not_writable": sentence(
        "字段“{key}”由系统给出，谁也不能填",
        "The field “{key}” is filled in by the system and nobody else",
        "改成只读、隐藏或脱敏",
        "Make it read, hidden or masked",
    ),
    "flow.rows_right": sentence(
        "“{key}”只能是 read（不可增删行）或 write（可以）",
        "“{key}” is read (rows stay as they are) or write (they may be added or removed)",
        "改成其中一个",
        "Write one of them",
    ),
    "flow.required_unwritable": sentence(
        "表单要求填“{key}”，在“{id}”却不能填",
        "The form requires “{key}”, which cannot be written at “{id}”",
        "确认它在此之前已经填好，或改成可写",
        "See to it that it has been filled in before, or let it be written",
    ),
    "flow.right_inside_hidden": sentence(
        "子表“{table}”整个看不到，“{key}”的权限不起作用",
        "The sub-table “{table}” is not shown at all: the right of “{key}” has no use",
        "删去它，或让子表可见",
        "Remove it, or show the sub-table",
    ),
}

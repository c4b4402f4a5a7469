"""Words people bring along for what rules have words for: each meaning of each, by the symbols it stands for.

Nothing here is understood by the language; it is what turns “wait does not fit here” into “write after”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.language.synonyms import folded

#: The symbols, the word that stands for them, and how else it is said.
Entry = tuple[str, str, str]

_ENTRIES: tuple[Entry, ...] = (
    ("WHEN", "when", "on,upon,whenever,trigger,event"), ("WHEN", "当", "每当,一旦,触发,当有"),
    ("IF", "if", "provided,assuming,only if"), ("IF", "如果", "若,假如,要是,倘若,假设"),
    ("THEN", "then", "do,perform,execute,=>"), ("THEN", "那么", "执行,就,于是,那就"),
    ("ELSE", "else", "otherwise"), ("ELSE", "否则", "不然,反之,要不"),
    ("WHERE", "where", "with,having,whose,that"), ("WHERE", "其中", "满足,条件"),
    ("FOLLOWED", "followed_by", "followed by,and then,followed,next,before"), ("FOLLOWED", "随后", "然后,之后,紧接着,后来,再"),
    ("WITHOUT", "without", "not followed by,with no,but no,and no,but not,unless"), ("WITHOUT", "未发生", "没有,没,未,无,而没有"),
    ("WITHIN", "within", "in,inside,during,for"), ("WITHIN", "在", "于,之内"),
    ("BY", "by", "for,of,per,grouped by,group by"), ("BY", "按", "按照,根据,为"),
    ("PER", "per", "for,by,each,every"), ("PER", "每位", "每人,各,对,每一位"),
    ("EACH", "each", "all,every,any"), ("FOR EACH", "for each", "for all,for every,foreach"),
    ("FOR EACH", "对每个", "对所有,对全部,对于每个,针对每个,对每一个"),
    ("CHANGES TO", "changes to", "becomes,become,changed to,turns,is set to"), ("CHANGES TO", "变为", "变成,改成,成为,更改为,设为"),
    ("CHANGES", "changes", "changed,change,is changed"), ("CHANGES", "变更", "变化,变动,更改,有变化"),
    ("AFTER", "after", "wait,delay,later,in"), ("AFTER", "等待", "过,延迟,延时,隔"),
    ("DO", "do", "then,begin"), ("DO", "执行", "那么,则,就"),
    ("SPLIT", "split", "divide,abtest,ab test"), ("SPLIT", "分流", "分组,拆分,分桶"),
    ("LIMIT", "limit", "max,at most,throttle,cap,maximum"), ("LIMIT", "限制", "最多,至多,限,上限,频次"),
    ("ONCE", "once", "only once,one time"), ("ONCE", "仅一次", "一次,只一次,只能一次,仅限一次"),
    ("QUIET", "quiet", "silent,mute,dnd,do not disturb"), ("QUIET", "免打扰", "静默,勿扰,安静"),
    ("ENTERS", "enters", "enter,joins,join,entered"), ("ENTERS", "进入", "加入,进"),
    ("EXITS", "exits", "exit,leave,left"), ("EXITS", "离开", "退出,移出"),
    ("SEGMENT", "segment", "group,audience"), ("SEGMENT", "人群", "客群,群组,群"),
    ("PRIORITY", "priority", "prio,importance"), ("PRIORITY", "优先级", "优先,级别"),
    ("VALID", "valid", "active,effective"), ("VALID", "有效期", "有效,生效"),
    ("PURPOSE", "purpose", "goal,reason"), ("PURPOSE", "用途", "目的"),
    ("EVERY", "every", "each,per"), ("EVERY", "每隔", "每,每个"),
    ("WATCH", "watch", "monitor,observe"), ("WATCH", "监测", "监控,监视,观察"),
    ("END", "end", "done,end rule,endrule,end if,fi"), ("END", "结束", "完,完毕,规则结束"),
    ("STOP", "stop", "halt,break,exit"), ("STOP", "停止", "中止,终止"),
)  # fmt: skip


def _by_word(entries: Iterable[Entry]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for symbols, meant, words in entries:
        for word in words.split(","):
            found.setdefault(folded(word), []).append((symbols, meant))
    return {word: tuple(meanings) for word, meanings in found.items()}


#: By the word: the symbols and the word that is meant, for each place where it could stand.
OTHERWISE = _by_word(_ENTRIES)

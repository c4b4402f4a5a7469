"""Words people bring along from Excel, SQL and JavaScript, and from speech: what each is written as here.

Nothing here is understood by the language; it is what turns “no function is called LEN” into “write length”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping


def folded(word: str) -> str:
    """A word as the tables have it: half-width, lower case, without blanks and underscores."""
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", word)).lower()


def _table(*entries: tuple[str, str]) -> Mapping[str, str]:
    return {folded(word): meant for meant, words in entries for word in words.split(",")}


#: Functions by other names; `{0}`, `{1}` are the arguments where the whole call is written otherwise.
FUNCTIONS: Mapping[str, str] = _table(
    ("length", "len,char_length,character_length,strlen,size,字数,字符数,长"),
    ("count", "counta,cardinality,array_length,数量,个数,计数项"),
    ("count_of", "occurrences,出现几次"),
    ("lower", "lcase,to_lower,tolowercase,lowercase,转小写"),
    ("upper", "ucase,to_upper,touppercase,uppercase,转大写"),
    ("trim", "strip,btrim,ltrim,rtrim,去除空格,去掉空格"),
    ("starts_with", "startswith,begins_with,beginswith,以开头,开头为"),
    ("ends_with", "endswith,以结尾,结尾为"),
    ("substring", "mid,substr,slice,取子串,子串"),
    ("position", "find,search,instr,strpos,charindex,indexof,查找位置"),
    ("replace", "substitute,replaceall,replace_all"),
    ("repeat", "rept,replicate"),
    ("pad_left", "lpad,padstart"),
    ("pad_right", "rpad,padend"),
    ("to_text", "text,str,string,tostring,to_string,to_char,文本"),
    ("number_of", "value,number,int,float,parseint,parsefloat,to_number,tonumber,cint,cdbl,val,数值"),
    ("join", "textjoin,string_agg,listagg,array_to_string,group_concat,合并文本"),
    ("split", "textsplit,string_to_array"),
    ("round_up", "roundup,ceil_to,向上舍入"),
    ("round_down", "rounddown,向下舍入"),
    ("ceil", "ceiling,向上舍入取整"),
    ("floor", "向下舍入取整"),
    ("trunc", "fix,truncate,取整"),
    ("abs", "absolute,fabs,取绝对值"),
    ("mod", "modulo,remainder,rem,余数"),
    ("div", "quotient,整商"),
    ("power", "pow,次方,幂"),
    ("sqrt", "squareroot,开方"),
    ("avg", "average,mean,平均值,均值"),
    ("sum", "total,合计,总和,总计,sumof"),
    ("median", "中间值"),
    ("lowest", "minimum,least,smallest,min_of,最小值"),
    ("highest", "maximum,greatest,largest,max_of,最大值"),
    ("distinct", "unique,uniq,去除重复"),
    ("first", "first_item,head,第一个"),
    ("last", "last_item,tail,最后一个"),
    ("at", "nth,elt,item_at,choose"),
    ("today", "current_date,curdate,getdate,今日"),
    ("now", "current_timestamp,sysdate,systimestamp,getutcdate,localtimestamp,当前时间,此刻,此时"),
    ("days_between", "days,day_diff,days_diff,date_diff,datedif,datediff,天数差,相差天"),
    ("months_between", "month_diff,months_diff,月数差"),
    ("years_between", "year_diff,years_diff,年数差"),
    ("hours_between", "hour_diff,timediff,timestampdiff,小时差"),
    ("add_months", "edate,date_add_months,增加月份"),
    ("end_of_month", "eomonth,last_day,lastday,月底"),
    ("start_of_month", "first_day,月头"),
    ("add_business_days", "workday,workdays,add_workdays,加上工作日"),
    ("business_days_between", "networkdays,workdays_between,工作日天数"),
    ("week_of_year", "weeknum,isoweeknum,week,第几周"),
    ("weekday", "dayofweek,day_of_week,dow,周几,星期几"),
    ("day_of_year", "dayofyear,doy"),
    ("date_of", "datevalue,to_date,todate,cdate,str_to_date,parse_date"),
    ("format_date", "date_format,strftime,dateformat,格式化日期"),
    ("date", "datefromparts,make_date,makedate,datevalue_of"),
    ("time", "timefromparts,make_time,maketime"),
    ("money", "currency,to_money,金额"),
    ("round", "rnd,四舍五入到"),
    ("label_of", "label,optionname,选项名"),
    ("lookup", "vlookup,xlookup,hlookup,dlookup,查找引用"),
    ("({0} is empty)", "isnull,isblank,isempty,is_null,is_empty,isna,isnan,isnone,是否为空,为空吗"),
    ("({0} is not empty)", "isnotnull,isnotblank,isnotempty,notempty,is_present,exists,isset"),
    ("({0} ?? {1})", "ifnull,nvl,ifempty,coalesce,iferror,ifna,默认值"),
    ("({0} contains {1})", "contains,includes,has,包含,containstext"),
    ("({0} = {1})", "equals,eq,exact"),
    ("({0} != {1})", "ne,noteq,notequals"),
    ("({0} > {1})", "gt"),
    ("({0} >= {1})", "gte,ge"),
    ("({0} < {1})", "lt"),
    ("({0} <= {1})", "lte,le"),
    ("(if {0} then {1} else {2} end)", "iif,ifelse,if_else,cond"),
    ("({0} & {1})", "concat,concatenate,concat_ws,连接文本,合并"),
)

#: Functions that take a condition in Excel, and how the same is asked here.
CONDITIONAL: Mapping[str, str] = _table(
    ("sum", "sumif,sumifs,sumx,条件求和"),
    ("count", "countif,countifs,countx,条件计数"),
    ("avg", "averageif,averageifs,avgif,条件平均"),
    ("highest", "maxif,maxifs"),
    ("lowest", "minif,minifs"),
)

#: Values by other names.
VALUES: Mapping[str, str] = _table(
    ("empty", "null,none,nil,undefined,nan,n/a,na,blank,nothing,空值,无,空白"),
    ("true", "yes,on,对的,正确,成立,是的"),
    ("false", "no,off,否,错误,不成立,不是的"),
    ("today()", "current_date,curdate,sysdate,今日"),
    ("now()", "current_timestamp,localtimestamp,此刻,当前时间"),
)

#: Operators in words: what they are written as. The longest that fits is taken.
OPERATORS: Mapping[str, str] = _table(
    ("=", "equals,equal,equal to,equals to,is equal to,eq,等于,等於,相等于,是等于"),
    ("!=", "is not equal to,not equal,not equal to,not equals,does not equal,ne,neq,不等于,不等於,不是,不为"),
    (">", "is greater than,greater than,is more than,more than,is over,exceeds,is above,above,gt,大于,大於,多于,高于,超过,is after,is later than,later than,after,is since,晚于,在之后"),
    ("<", "is less than,less than,is lower than,lower than,is under,below,is below,lt,小于,小於,少于,低于,早于,不足,is before,is earlier than,earlier than,before,在之前"),
    (">=", "is greater than or equal to,greater than or equal to,is at least,at least,gte,ge,大于等于,大于或等于,不小于,不少于,不低于,至少,至少为,is on or after,on or after,不早于"),
    ("<=", "is less than or equal to,less than or equal to,is at most,at most,lte,le,小于等于,小于或等于,不大于,不超过,不高于,不多于,至多,最多,is on or before,on or before,不晚于"),
    ("contains", "contain,includes,include,has,have,含有,含,包括,里有"),
    ("not contains", "does not contain,does not include,doesn't contain,not contain,not include,不含,不含有,不包括,没有"),
    ("contains any of", "contains any,contains one of,has any of,has any,包含任一个,包含任意一个,包含其中一个"),
    ("contains all of", "contains all,contains every,has all of,has all,包含所有,全部包含"),
    ("contains none of", "contains none,has none of,has none"),
    ("in", "is in,is one of,one of,any of,在,是其中之一"),
    ("not in", "is not in,is not one of,not one of,不在"),
    ("between", "is between,is in between,在...之间"),
    ("is empty", "is null,isnull,is blank,is none,is nil,is undefined,为空值,是空值,是空的"),
    ("is not empty", "is not null,isnotnull,not null,notnull,is not blank,has value,has a value,有值,不是空,不是空值,不空,不为空值"),
    ("and", "as well as,also,plus also,以及,同时,与,和,并"),
    ("or", "or else,要么,或是"),
    ("+", "plus,加,加上"),
    ("-", "minus,减,减去"),
    ("*", "times,multiplied by,multiply,乘,乘以"),
    ("/", "divided by,divide,除以"),
    ("else if", "elseif,elsif,elif,否则若,不然如果"),
    ("end", "endif,end if,fi,esac"),
    ("then", "那就,就"),
)  # fmt: skip

#: Methods that come after a dot and are written as an operator; others become functions. `{0}` is the owner.
METHODS: Mapping[str, str] = _table(
    ("{0} contains {1}", "contains,includes,has,include,包含"),
    ("{0} = {1}", "equals,eq,is"),
    ("{0} is empty", "isempty,isblank,isnull,isnullorempty"),
    ("{0} & {1}", "concat,append"),
    ("{0} in {1}", "in,isin,oneof"),
)

#: Properties that come after a dot without parentheses.
PROPERTIES: Mapping[str, str] = _table(
    ("length", "length,len,长度,字数"),
    ("count", "count,size,个数"),
    ("year", "year,年,年份"),
    ("month", "month,月,月份"),
    ("day", "day,日"),
    ("hour", "hour,小时"),
    ("minute", "minute,分钟"),
    ("amount_of", "amount,value,数值"),
    ("currency_of", "currency,币种"),
    ("first", "first"),
    ("last", "last"),
    ("time_of", "time"),
    ("lower", "lower"),
    ("upper", "upper"),
)

#: Units behind a number: what they are written as.
UNITS: Mapping[str, str] = _table(
    ("seconds", "second,seconds,s,sec,secs,秒种"),
    ("minutes", "minute,minutes,m,minuts,分,分种"),
    ("hours", "hour,hours,h,hr,hrs,时,钟头,个钟头,个钟"),
    ("days", "day,days,d,日,天数"),
    ("weeks", "week,weeks,w,wk,wks,星期,个星期,礼拜,个礼拜,个周"),
    ("months", "month,months,mo,mon,mths,月"),
    ("years", "year,years,y,yr,yrs,岁,个年"),
    ("business days", "workdays,workday,working days,businessdays,bd,个营业日,营业日"),
    ("CNY", "rmb,yuan,块,块钱,人民币,人民币元,¥,￥,rmb元,圆"),
    ("USD", "dollar,dollars,美元,美金,$,刀"),
    ("EUR", "euro,euros,欧元,欧,€"),
    ("GBP", "pound,pounds,英镑,£"),
    ("JPY", "yen,日元,日圆"),
    ("HKD", "港币,港元"),
    ("%", "percent,pct,个百分点"),
)

#: What a Chinese unit multiplies by.
MAGNITUDES: Mapping[str, int] = {
    "千": 1_000,
    "k": 1_000,
    "K": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "亿": 100_000_000,
}

/** The words of the language, rules included, and its tokens, for colouring; `engine/language/words.py` is the authority. */

/** English and Chinese surfaces of the keywords of expressions. A test compares all of these words with the engine's. */
export const EXPRESSION_WORDS = new Set(
  `and 且 并且 而且 or 或 或者 not 非 不 in 属于 不属于 between 介于 不介于 is 是 为 empty 空 为空 是空 不为空 非空
  contains 包含 不包含 包含任一 包含任意 包含全部 不包含任一 不包含任意 if 如果 then 那么 则 else 否则 否则如果 end 结束
  true 真 false 假`.split(/\s+/),
);

/** Words of rules alone; a field that bears one is told from it by what stands around. */
export const RULE_WORDS = new Set(
  `rule 规则 when 当 followed_by 随后 接着 without 未发生 没有发生 stop 停止 per 每位 每个 每 按 次 times
  priority 优先级 valid 有效期 purpose 用途 calendar 日历 every 每隔 at 于 对每个 对每位 each watch 监测
  changes 变更 改变 变为 变更为 改为 from 自 从 to 到 至 do 执行 limit 限制 once 仅一次 quiet 免打扰
  enters 进入 exits leaves 离开 segment 人群 分群 after 等待 split 分流`.split(/\s+/),
);

/** Keywords only right after `contains`: fields may bear these names elsewhere. */
export const AFTER_CONTAINS = new Set('any 任一 任意 all 全部 none 无一 of 的'.split(' '));
/** Keywords only right before a name. */
export const BEFORE_NAME = new Set('some 存在 every 所有 每一 for 对'.split(' '));
/** Keywords only right after an operand. */
export const AFTER_OPERAND = new Set(
  'satisfies 满足 where 其中 as 记作 return 取 within 内于 在 by 分组 baseline 基线'.split(' '),
);
const OPERAND_WORDS = new Set('end 结束 true 真 false 假 empty 空'.split(' '));
const CONTAINS = new Set(['contains', '包含', '不包含']);

export type TokenKind = 'keyword' | 'function' | 'name' | 'string' | 'number' | 'comment' | 'operator' | 'space';

export interface Token {
  kind: TokenKind;
  text: string;
}

const UNITS =
  '(?:business )?(?:microseconds?|milliseconds?|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)|CNY|USD|EUR|GBP|JPY|HKD|TWD|SGD|KRW|AUD|CAD|' +
  '微秒|毫秒|秒钟?|分钟|个?小时|天|周|个月|年|个?工作日|工作分钟|个?工作小时|元|%';
const SHAPES: [TokenKind, RegExp][] = [
  ['space', /\s+/uy],
  ['comment', /#[^\n]*/uy],
  ['string', /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|“[^”\n]*”?/uy],
  [
    'number',
    new RegExp(
      '\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d{2}:?\\d{2})?)?|\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?|' +
        `\\d+(?:\\.\\d+)?(?: ?(?:${UNITS})(?:以?内)?(?![\\p{L}\\p{N}_]))?`,
      'uy',
    ),
  ],
  ['name', /[\p{L}_][\p{L}\p{N}_]*|`[^`\n]*`/uy],
  ['operator', /\?\?|[<>!]=|[=<>+\-*/&]/uy],
];

const PRIORITY = new Set(['priority', '优先级']);
/** What begins or ends a block of a rule stands behind its other words as well. */
const OF_BLOCKS = new Set('if 如果 else 否则 否则如果 end 结束'.split(' '));
const OF_AN_EXPRESSION = [...EXPRESSION_WORDS]
  .filter((word) => !OF_BLOCKS.has(word))
  .sort((a, b) => b.length - a.length);
const SAID_OF_A_FIELD = new RegExp(
  `^\\s*(?:[=<>!+*/&.)\\],-]|\\?\\?|(?:${OF_AN_EXPRESSION.join('|')})(?![\\p{L}\\p{N}_]))`,
  'iu',
);

/** Behind these an operand is wanted, which no word of rules is. */
const WANTS_OPERAND = new Set(['=', '<', '>', '<=', '>=', '!=', '+', '-', '*', '/', '&', '??', '(', '[', ',']);

/** Whether a word of rules stands there as one: a rule's priority is a number, and nothing is said of its other words. */
function ofRule(word: string, after: string, last: string): boolean {
  if (WANTS_OPERAND.has(last)) return false;
  return PRIORITY.has(word) ? /^\s+\d/u.test(after) : !SAID_OF_A_FIELD.test(after);
}

/** What stands around a name. */
interface Around {
  before: string;
  /** The rest of the text behind it. */
  after: string;
  /** The token before it, spaces and comments left out. */
  last: Token | null;
}

/** What a name is, by what stands around it: a keyword, an action or function, or a name. */
function kindOfName(text: string, { before, after, last }: Around): TokenKind {
  const word = text.toLowerCase();
  // After a dot it is a field, before a colon the name of an argument.
  if (before === '.' || after.startsWith(':')) return 'name';
  const lastWord = last?.text.toLowerCase() ?? '';
  const keyword =
    EXPRESSION_WORDS.has(word) ||
    (RULE_WORDS.has(word) && ofRule(word, after, lastWord)) ||
    (AFTER_CONTAINS.has(word) && (CONTAINS.has(lastWord) || AFTER_CONTAINS.has(lastWord))) ||
    (BEFORE_NAME.has(word) && /^\s+[\p{L}_`]/u.test(after)) ||
    (AFTER_OPERAND.has(word) && endsOperand(last));
  if (keyword) return 'keyword';
  return after.startsWith('(') ? 'function' : 'name';
}

function endsOperand(last: Token | null): boolean {
  if (!last) return false;
  if (last.kind === 'keyword') return OPERAND_WORDS.has(last.text.toLowerCase());
  return ['name', 'string', 'number'].includes(last.kind) || last.text === ')' || last.text === ']';
}

/** The tokens of a text, spaces and all: joined, they are the text again. */
export function ruleTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let place = 0;
  let last: Token | null = null;
  while (place < text.length) {
    const found = shapeAt(text, place);
    const end = place + found.text.length;
    if (found.kind === 'name') {
      found.kind = kindOfName(found.text, { before: text[place - 1] ?? '', after: text.slice(end, end + 40), last });
    }
    if (found.kind !== 'space' && found.kind !== 'comment') last = found;
    tokens.push(found);
    place = end;
  }
  return tokens;
}

function shapeAt(text: string, place: number): Token {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = place;
    const found = shape.exec(text);
    if (found) return { kind, text: found[0] };
  }
  return { kind: 'operator', text: String.fromCodePoint(text.codePointAt(place) ?? 0) };
}

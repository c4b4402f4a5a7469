/** Parts that a rule may still get, put where the language wants them: so that nobody has to know the order of clauses. */
import type { Locale, Text } from '@/i18n';
import { type Block, type BlockKind, outlineOf } from './outline';

type Spot = 'header' | 'branch' | 'statement' | 'tail';

export interface Insertion {
  key: string;
  label: Text;
  spot: Spot;
  /** A block of which a rule has but one. */
  only?: BlockKind;
  /** In each language; `|` stands around what is to be written over. */
  text: Text;
}

export const INSERTIONS: Insertion[] = [
  {
    key: 'action',
    label: { zh: '动作', en: 'Action' },
    spot: 'statement',
    text: { zh: '       打标签(["|标签|"])', en: '       tag(["|tag|"])' },
  },
  {
    key: 'after',
    label: { zh: '等待之后再做', en: 'Something later' },
    spot: 'statement',
    text: {
      zh: '       等待 |24 小时| 执行\n         打标签(["标签"])\n       结束',
      en: '       after |24 hours| do\n         tag(["tag"])\n       end',
    },
  },
  {
    key: 'split',
    label: { zh: '分流', en: 'Split' },
    spot: 'statement',
    text: {
      zh: '       分流 每位 客户\n         |50%| A: 打标签(["A"])\n         50% B: 打标签(["B"])\n       结束',
      en: '       split per person\n         |50%| A: tag(["A"])\n         50% B: tag(["B"])\n       end',
    },
  },
  {
    key: 'stop',
    label: { zh: '停止其他规则', en: 'Stop other rules' },
    spot: 'statement',
    text: { zh: '       |停止|', en: '       |stop|' },
  },
  {
    key: 'elseif',
    label: { zh: '否则如果', en: 'Else if' },
    spot: 'branch',
    text: {
      zh: '  否则如果 |客户.等级 = "vip"| 那么 打标签(["标签"])',
      en: '  else if |person.level = "vip"| then tag(["tag"])',
    },
  },
  {
    key: 'else',
    label: { zh: '否则', en: 'Else' },
    spot: 'branch',
    only: 'else',
    text: { zh: '  否则 打标签(["|标签|"])', en: '  else tag(["|tag|"])' },
  },
  {
    key: 'limit',
    label: { zh: '限次', en: 'Limit' },
    spot: 'tail',
    text: { zh: '  限制 |1| 次 每位 客户 每 6 小时', en: '  limit |1| per person per 6 hours' },
  },
  {
    key: 'once',
    label: { zh: '每位客户仅一次', en: 'Once per person' },
    spot: 'tail',
    only: 'once',
    text: { zh: '  仅一次 每位 |客户|', en: '  once per |person|' },
  },
  {
    key: 'quiet',
    label: { zh: '免打扰', en: 'Quiet hours' },
    spot: 'tail',
    only: 'quiet',
    text: { zh: '  免打扰 "|night|"', en: '  quiet "|night|"' },
  },
  {
    key: 'priority',
    label: { zh: '优先级', en: 'Priority' },
    spot: 'header',
    only: 'priority',
    text: { zh: '  优先级 |50|', en: '  priority |50|' },
  },
  {
    key: 'valid',
    label: { zh: '有效期', en: 'Validity' },
    spot: 'header',
    only: 'valid',
    text: { zh: '  有效期 自 |2027-01-01| 到 2027-12-31', en: '  valid from |2027-01-01| to 2027-12-31' },
  },
  {
    key: 'purpose',
    label: { zh: '用途', en: 'Purpose' },
    spot: 'header',
    only: 'purpose',
    text: { zh: '  用途 |marketing|', en: '  purpose |marketing|' },
  },
  {
    key: 'calendar',
    label: { zh: '日历', en: 'Calendar' },
    spot: 'header',
    only: 'calendar',
    text: { zh: '  日历 "|日历|"', en: '  calendar "|calendar|"' },
  },
];

/** What this text may still get. */
export function possible(text: string): Insertion[] {
  const there = new Set(outlineOf(text).map(({ kind }) => kind));
  return INSERTIONS.filter(
    ({ only, spot }) => !(only && there.has(only)) && !(spot === 'branch' && !there.has('condition')),
  );
}

const TAIL = new Set<BlockKind>(['limit', 'once', 'quiet']);
const ELSE = new Set<BlockKind>(['else']);

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Where the rule's own last `end` begins its line; the end of the text where there is none. */
function closing(text: string): number {
  const found = /(?:^|\n)[ \t]*(?:end|结束)\s*$/iu.exec(text);
  return found ? found.index + (found[0].startsWith('\n') ? 1 : 0) : text.length;
}

const firstOf = (blocks: Block[], text: string, wanted: (block: Block) => boolean): number | null => {
  const found = blocks.find((block) => block.level === 0 && wanted(block));
  return found ? lineStart(text, found.from) : null;
};

/** The beginning of the line before which a part goes. */
function spotOf(text: string, spot: Spot): number {
  const blocks = outlineOf(text);
  const end = closing(text);
  const tail = firstOf(blocks, text, ({ kind }) => TAIL.has(kind)) ?? end;
  const otherwise = firstOf(blocks, text, ({ kind }) => ELSE.has(kind)) ?? tail;
  // Behind the first branch, whatever other branches there are.
  const [, second] = blocks.filter(({ kind }) => kind === 'condition');
  const spots: Record<Spot, number> = {
    header: firstOf(blocks, text, ({ kind }) => kind === 'trigger') ?? end,
    statement: second ? lineStart(text, second.from) : otherwise,
    branch: otherwise,
    tail: end,
  };
  return spots[spot];
}

/** The change that puts a part into a text, and what of it is to be selected. */
export function insertionInto(
  text: string,
  { spot, text: said }: Insertion,
  locale: Locale,
): { at: number; insert: string; from: number; to: number } {
  const at = spotOf(text, spot);
  const [before = '', over = '', after = ''] = said[locale].split('|');
  const lead = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  const from = at + lead.length + before.length;
  return { at, insert: `${lead}${before}${over}${after}\n`, from, to: from + over.length };
}

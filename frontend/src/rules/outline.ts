/**
 * The blocks of a rule, read from its words alone: so they are there while it is being written, whatever is wrong with it.
 * What the blocks mean is the server's to say; these only tell where each begins and ends.
 */
import { ruleTokens, type Token } from '@/expressions/words';

export type BlockKind =
  | 'trigger'
  | 'condition'
  | 'else'
  | 'action'
  | 'after'
  | 'split'
  | 'share'
  | 'stop'
  | 'limit'
  | 'once'
  | 'quiet'
  | 'priority'
  | 'valid'
  | 'purpose'
  | 'calendar';

export interface Block {
  kind: BlockKind;
  /** Units of the text. */
  from: number;
  to: number;
  /** How deep it stands: what is done stands below its condition, and below the wait or the share it belongs to. */
  level: number;
  /** On one line, without comments. */
  text: string;
}

type Head = BlockKind | 'rule' | 'if' | 'then' | 'do' | 'end';

const WORDS: [Head, string][] = [
  ['rule', 'rule 规则'],
  ['trigger', 'when 当 every 每隔 watch 监测'],
  ['if', 'if 如果'],
  ['condition', '否则如果'],
  ['then', 'then 那么 则'],
  ['else', 'else 否则'],
  ['after', 'after 等待'],
  ['split', 'split 分流'],
  ['do', 'do 执行'],
  ['end', 'end 结束'],
  ['stop', 'stop 停止'],
  ['limit', 'limit 限制'],
  ['once', 'once 仅一次'],
  ['quiet', 'quiet 免打扰'],
  ['priority', 'priority 优先级'],
  ['valid', 'valid 有效期'],
  ['purpose', 'purpose 用途'],
  ['calendar', 'calendar 日历'],
];
const HEADS = new Map(WORDS.flatMap(([head, words]) => words.split(' ').map((word) => [word, head] as const)));

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

interface Placed extends Token {
  from: number;
  to: number;
}

/** Tokens that say something, outside of all brackets, each with its place; a bracket and what it holds is left out. */
function outermost(text: string): Placed[] {
  const found: Placed[] = [];
  let [from, depth] = [0, 0];
  for (const token of ruleTokens(text)) {
    const to = from + token.text.length;
    if (CLOSING.has(token.text)) depth = Math.max(0, depth - 1);
    else if (OPENING.has(token.text)) depth += 1;
    else if (depth === 0 && token.kind !== 'space' && token.kind !== 'comment') found.push({ ...token, from, to });
    from = to;
  }
  return found;
}

/** The blocks of a rule's text, in order. */
export function outlineOf(text: string): Block[] {
  const reader = new Reader(text);
  const tokens = outermost(text);
  for (const [index, token] of tokens.entries()) reader.take(token, tokens[index + 1]);
  return reader.finish();
}

class Reader {
  private readonly blocks: Block[] = [];
  private current: Omit<Block, 'to' | 'text'> | null = null;
  /** What waits for its `end`, inside the rule. */
  private readonly nested: ('after' | 'split')[] = [];
  /** Actions may stand here: behind `then`, `else`, `do` and the name of a share. */
  private doing = false;
  private triggered = false;

  constructor(private readonly text: string) {}

  take(token: Placed, next: Placed | undefined): void {
    const head = token.kind === 'keyword' ? HEADS.get(token.text.toLowerCase()) : undefined;
    if (head) this.head(head, token, next);
    else if (this.doing && token.kind === 'function') this.open('action', token.from);
    else if (this.sharing && token.kind === 'number' && token.text.endsWith('%')) this.share(token);
  }

  finish(): Block[] {
    this.close(this.text.length);
    return this.blocks;
  }

  private get sharing(): boolean {
    return this.nested.at(-1) === 'split';
  }

  private head(head: Head, token: Placed, next: Placed | undefined): void {
    if (head === 'trigger') {
      // `every` also stands inside of triggers and conditions.
      if (!this.triggered) this.begin(head, token);
      this.triggered = true;
    } else if (head === 'if') {
      // `else if` is one block; the condition of an `after` belongs to it.
      if (this.current?.kind === 'else') this.current.kind = 'condition';
      else if (this.current?.kind !== 'after') this.begin('condition', token);
      this.doing = false;
    } else if (head === 'then' || head === 'do') this.proceed(token);
    else if (head === 'end') this.end(token);
    else if (head === 'rule') this.close(token.from);
    else if (head === 'else') this.otherwise(token, next);
    else if (head === 'after' || head === 'split') {
      this.begin(head, token);
      this.nested.push(head);
    } else if (head === 'stop') this.open(head, token.from);
    else this.begin(head, token);
  }

  private otherwise(token: Placed, next: Placed | undefined): void {
    this.begin('else', token);
    this.doing = HEADS.get(next?.text.toLowerCase() ?? '') !== 'if';
  }

  private proceed(token: Placed): void {
    this.close(token.from);
    this.doing = true;
  }

  private end(token: Placed): void {
    this.close(token.from);
    this.nested.pop();
    this.doing = this.nested.length > 0 || this.doing;
  }

  private share(token: Placed): void {
    this.open('share', token.from);
    this.doing = true;
  }

  /** A block behind which no action stands until a word says so. */
  private begin(kind: BlockKind, token: Placed): void {
    this.open(kind, token.from);
    this.doing = false;
  }

  private open(kind: BlockKind, from: number): void {
    this.close(from);
    this.current = { kind, from, level: this.levelOf(kind) };
  }

  private close(at: number): void {
    if (!this.current) return;
    const written = this.text.slice(this.current.from, at).replace(/(?:\s|#[^\n]*)+$/u, '');
    const said = written.replace(/#[^\n]*/gu, '').replace(/\s+/gu, ' ');
    this.blocks.push({ ...this.current, to: this.current.from + written.length, text: said });
    this.current = null;
  }

  private levelOf(kind: BlockKind): number {
    const inside = this.nested.reduce((depth, each) => depth + (each === 'split' ? 2 : 1), 0);
    if (kind === 'share') return inside;
    const done = kind === 'action' || kind === 'after' || kind === 'split' || kind === 'stop';
    return done ? inside + 1 : 0;
  }
}

/** Definitions as text: a readable JSON layout, and the place that a problem's path points at. */
import { json } from '@codemirror/lang-json';
import type { SyntaxNode } from '@lezer/common';

/** Members in the order in which people read them; the database gives them back in none. */
const ORDER = [
  ...['kind', 'schema', 'app', 'id', 'key', 'type', 'label', 'plural', 'description', 'enabled', 'icon', 'group'],
  ...['zh', 'en', 'entity', 'title', 'field', 'source', 'target', 'text'],
];
const LAST = ['fields', 'sections', 'items', 'columns', 'nodes', 'edges', 'grants', 'checks', 'layout'];
const WIDTH = 100;

function rank(key: string): number {
  const first = ORDER.indexOf(key);
  return first >= 0 ? first : 1000 + LAST.indexOf(key);
}

function members(value: object): [string, unknown][] {
  return Object.entries(value)
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => rank(a.entry[0]) - rank(b.entry[0]) || a.index - b.index)
    .map(({ entry }) => entry);
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  const inner = members(value).map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return inner.length ? `{ ${inner.join(', ')} }` : '{}';
}

/** JSON with what is short on one line; the outermost always on several. */
export function printDocument(value: unknown, indent = ''): string {
  const short = oneLine(value);
  const simple = typeof value !== 'object' || value === null;
  if (simple || (indent && indent.length + short.length <= WIDTH)) return short;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const lines = Array.isArray(value)
    ? value.map((each) => deeper + printDocument(each, deeper))
    : members(value).map(([key, each]) => `${deeper}${JSON.stringify(key)}: ${printDocument(each, deeper)}`);
  return lines.length ? `${open}\n${lines.join(',\n')}\n${indent}${close}` : `${open}${close}`;
}

export interface Place {
  from: number;
  to: number;
}

/** `/nodes/3/text@4-9` -> the pointer's segments and the place inside the text it points at, if any. */
export function readPath(path: string): { segments: string[]; inside: [number, number] | null } {
  const found = /^(.*)@(\d+)-(\d+)$/s.exec(path);
  const pointer = found?.[1] ?? path;
  const segments = pointer.split('/').slice(1);
  return {
    segments: segments.map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~')),
    inside: found ? [Number(found[2]), Number(found[3])] : null,
  };
}

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);
const parser = json().language.parser;

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

const nameOf = (text: string, property: SyntaxNode): string | null => {
  const name = property.getChild('PropertyName');
  return name && JSON.parse(text.slice(name.from, name.to));
};

function memberOf(text: string, object: SyntaxNode, key: string): SyntaxNode | null {
  const property = object.getChildren('Property').find((each) => nameOf(text, each) === key);
  return (property && children(property).find((each) => VALUES.has(each.name))) ?? null;
}

/** The element at an index, or the one whose `key` or `id` is the segment: problems name fields and nodes by these. */
function elementOf(text: string, array: SyntaxNode, segment: string): SyntaxNode | null {
  const elements = children(array).filter((each) => VALUES.has(each.name));
  const byNumber = /^\d+$/.test(segment) ? elements[Number(segment)] : undefined;
  const named = (element: SyntaxNode) =>
    ['key', 'id'].some((name) => {
      const value = element.name === 'Object' ? memberOf(text, element, name) : null;
      return value !== null && text.slice(value.from, value.to) === JSON.stringify(segment);
    });
  return byNumber ?? elements.find(named) ?? null;
}

function step(text: string, node: SyntaxNode, segment: string): SyntaxNode | null {
  if (node.name === 'Object') return memberOf(text, node, segment);
  return node.name === 'Array' ? elementOf(text, node, segment) : null;
}

/** Where in the JSON `text` a problem's path points; the nearest place above it when it points at what is missing. */
export function placeOf(text: string, path: string): Place {
  const { segments, inside } = readPath(path);
  let node = parser.parse(text).topNode.firstChild;
  if (!node) return { from: 0, to: 0 };
  for (const segment of segments) {
    const next = step(text, node, segment);
    if (!next) return headOf(node);
    node = next;
  }
  if (inside && node.name === 'String') return insideString(text, node, inside);
  return node.name === 'Object' || node.name === 'Array' ? headOf(node) : { from: node.from, to: node.to };
}

/** A whole object would drown the page in red: its opening bracket stands for it. */
function headOf(node: SyntaxNode): Place {
  return { from: node.from, to: Math.min(node.from + 1, node.to) };
}

/** Characters of a string's value to places in its JSON text, where `\n` takes two. Characters are code points. */
function insideString(text: string, node: SyntaxNode, [start, end]: [number, number]): Place {
  const raw = text.slice(node.from + 1, node.to - 1);
  const starts: number[] = [];
  const units = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|./gsu;
  for (const unit of raw.matchAll(units)) starts.push(unit.index);
  const at = (place: number) => node.from + 1 + (starts[place] ?? raw.length);
  return widened(at(start), at(end), node.to);
}

/** Characters (code points) `start`-`end` of plain text as a place in it. */
export function placeInText(text: string, [start, end]: [number, number]): Place {
  const points = Array.from(text);
  const at = (place: number) => points.slice(0, place).join('').length;
  return widened(at(start), at(end), text.length);
}

/** At least one character, so that it can be seen. */
function widened(from: number, to: number, limit: number): Place {
  return { from: Math.min(from, limit), to: Math.min(Math.max(to, from + 1), limit) };
}

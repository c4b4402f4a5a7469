/** What a firing says of what went wrong. */
import { expect, it } from 'vitest';
import type { TextReader } from '@/i18n';
import { failureText } from './FiringList';

const zh = ((text: string | { zh: string }) => (typeof text === 'string' ? text : text.zh)) as TextReader;

it('says it in the language of the reader, by the action that failed', () => {
  const failed = {
    action: 'start_flow',
    error: 'No flow nope',
    message: { zh: '找不到流程 nope', en: 'No flow nope' },
  };
  const actions = [{ action: 'tag', result: {} }, failed];
  expect(failureText({ error: 'start_flow: No flow nope', actions }, zh)).toBe('启动流程: 找不到流程 nope');
});

it('says what it knows where no action failed, or none that said more', () => {
  expect(failureText({ error: 'too many', actions: [] }, zh)).toBe('too many');
  expect(failureText({ error: null, actions: [{ action: 'tag' }] }, zh)).toBeUndefined();
});

/** What is said about an imported file, and where a flow is had as one. */
import { describe, expect, it } from 'vitest';
import { sentences } from './BpmnImport';
import { type BpmnNote, exportAddress } from './bpmnApi';

const note = (en: string, element: string | null): BpmnNote => ({
  code: 'data_kept',
  flow: 'visit',
  element,
  message: { zh: en, en },
});

describe('notes of a file', () => {
  it('are said once, each with all its places', () => {
    const found = sentences([
      note('No action', 'a'),
      note('A lane', null),
      note('No action', 'b'),
      note('No action', 'a'),
    ]);
    expect(found.map(({ message, elements }) => [message.en, elements])).toEqual([
      ['No action', ['a', 'b']],
      ['A lane', []],
    ]);
  });
});

describe('a flow as a file', () => {
  it('is what is being edited, in the language of the reader', () => {
    expect(exportAddress('visit', 'zh')).toBe('/api/flows/visit/bpmn?draft=true&locale=zh');
    expect(exportAddress('visit', 'en')).toBe('/api/flows/visit/bpmn?draft=true&locale=en');
  });
});

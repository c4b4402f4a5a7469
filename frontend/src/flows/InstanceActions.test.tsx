/** What a run's own people may do with it: haste is asked for again when the page says, and not before. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { InstanceActions } from './InstanceActions';
import type { Instance, InstanceAllowed } from './types';

let sent: string[];

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (init?.method === 'POST') sent.push(path);
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  });
});

afterAll(() => vi.unstubAllGlobals());

function open(allowed: InstanceAllowed) {
  const instance = { id: 'one', status: 'running', tokens: [], variables: {}, definition: { nodes: [] }, allowed };
  render(
    <TestFrame>
      <InstanceActions instance={instance as unknown as Instance} />
    </TestFrame>,
  );
  return screen.getByRole('button', { name: /Urge|Reminded/ });
}

it('keeps the button of a run that urges while it may not be done again', async () => {
  const again = new Date(Date.now() + 600_000).toISOString();
  const button = open({ urge: false, urged: { again, reminded: [{ id: 'u2', name: '王伟' }] } });
  expect(button).toHaveAccessibleDescription(/Reminded: 王伟. Again from/);
  await userEvent.click(button);
  expect(sent).toEqual([]);
});

it('urges once that time has come, though the page has not been asked again', async () => {
  const again = new Date(Date.now() - 60_000).toISOString();
  await userEvent.click(open({ urge: false, urged: { again, reminded: [] } }));
  expect(sent).toEqual(['/api/instances/one/urge']);
});

/** Starting a flow whose people the initiator chooses: asked step by step, and started once all are chosen. */
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterAll, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { useStarting } from './useStarting';

afterAll(() => vi.unstubAllGlobals());

function Starter({ onStarted }: { onStarted: (id: string) => void }) {
  const { begin, dialog } = useStarting(onStarted);
  return (
    <>
      <button type="button" onClick={() => begin('review', 'record')}>
        Begin
      </button>
      {dialog}
    </>
  );
}

const asking = (node_id: string, name: string) => {
  const params = { node_id, title: { zh: node_id, en: node_id }, most: 1, candidates: [{ id: name, name }] };
  return { error: { code: 'task.choose_people', message: { zh: '请选择', en: 'Choose' }, params } };
};

it('asks for the people of one step after the other', async () => {
  const sent: unknown[] = [];
  const answers: [number, object][] = [
    [422, asking('Legal', 'Anna')],
    [422, asking('Finance', 'Ben')],
    [201, { id: 'run' }],
  ];
  vi.stubGlobal('fetch', async (_: string, init?: RequestInit) => {
    if (init?.method !== 'POST') return new Response('{}', { headers: { 'content-type': 'application/json' } });
    sent.push(JSON.parse(String(init.body)));
    const [status, body] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  });
  const onStarted = vi.fn();
  render(
    <TestFrame>
      <Starter onStarted={onStarted} />
    </TestFrame>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Begin' }));
  for (const [step, who] of [
    ['Legal', 'Anna'],
    ['Finance', 'Ben'],
  ]) {
    const dialog = await screen.findByRole('dialog', { name: `Who gets “${step}”?` });
    await userEvent.click(within(dialog).getByRole('combobox'));
    await userEvent.click(await screen.findByRole('option', { name: who }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Start' }));
  }
  await waitFor(() => expect(onStarted).toHaveBeenCalledWith('run'));
  expect(sent).toEqual([
    { record_id: 'record' },
    { record_id: 'record', chosen: { Legal: ['Anna'] } },
    { record_id: 'record', chosen: { Legal: ['Anna'], Finance: ['Ben'] } },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

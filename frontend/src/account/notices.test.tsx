/** Quiet hours and channels are set in one form; what is as it was cannot be saved. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { NoticesPanel } from './NoticesPanel';

let settings: Record<string, unknown>;
let saved: unknown[];

beforeEach(() => {
  saved = [];
  settings = {
    ...{ quiet_from: null, quiet_until: null, zone: null, company_zone: 'Asia/Shanghai', channels: [] },
    available: [
      { key: 'email', label: { zh: '邮件', en: 'E-mail' }, address: 'sun.li@weft.local' },
      { key: 'wecom', label: { zh: '企业微信', en: 'WeCom' }, address: null },
    ],
  };
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    if (init.method === 'PUT') {
      saved.push(JSON.parse(String(init.body)));
      settings = { ...settings, ...(saved.at(-1) as object) };
    }
    return new Response(JSON.stringify(settings), { headers: { 'content-type': 'application/json' } });
  });
});

afterEach(() => vi.unstubAllGlobals());

it('sets quiet hours and a channel that has an address', async () => {
  const user = userEvent.setup();
  render(
    <TestFrame>
      <NoticesPanel />
    </TestFrame>,
  );
  const save = await screen.findByRole('button', { name: 'Save' });
  expect(save).toBeDisabled();
  expect(screen.getByRole('checkbox', { name: /WeCom/ })).toBeDisabled();
  await user.click(screen.getByRole('checkbox', { name: /E-mail/ }));
  await user.click(screen.getByRole('switch', { name: 'Quiet hours' }));
  const until = screen.getByRole('textbox', { name: 'Until' });
  await user.clear(until);
  await user.type(until, '830{Enter}');
  await user.click(save);
  expect(saved.at(-1)).toEqual({ quiet_from: '22:00', quiet_until: '08:30', channels: ['email'] });
  expect(await screen.findByDisplayValue('08:30')).toBeVisible();
});

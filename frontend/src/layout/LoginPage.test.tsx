/** Signing in: what was typed stays when the language is chosen. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { LoginPage } from './LoginPage';

beforeEach(() => {
  const nobody = { error: { code: 'unauthenticated' } };
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(nobody), { status: 401 }));
});

afterEach(() => vi.unstubAllGlobals());

it('keeps the e-mail when the language is chosen, and goes on at the password', async () => {
  render(
    <TestFrame>
      <LoginPage />
    </TestFrame>,
  );
  await userEvent.type(screen.getByRole('textbox', { name: /E-mail/ }), 'li.na@weft.local');
  await userEvent.click(screen.getByRole('button', { name: '中文' }));
  expect(await screen.findByRole('textbox', { name: /邮箱/ })).toHaveValue('li.na@weft.local');
  expect(screen.getByLabelText(/密码/)).toHaveFocus();
});

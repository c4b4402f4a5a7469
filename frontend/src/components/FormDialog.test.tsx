/** What was entered in a dialog is not lost by a key that meant something else. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { ConfirmProvider } from './Confirm';
import { FormDialog } from './FormDialog';

function open(changed: boolean) {
  const close = vi.fn();
  render(
    <TestFrame>
      <ConfirmProvider>
        <FormDialog open title="Condition" changed={changed} onClose={close} onSubmit={async () => undefined}>
          <input aria-label="Text" />
        </FormDialog>
      </ConfirmProvider>
    </TestFrame>,
  );
  return close;
}

it('closes at once where nothing would be lost', async () => {
  const user = userEvent.setup({ delay: null });
  const close = open(false);
  await user.click(screen.getByRole('textbox', { name: 'Text' }));
  await user.keyboard('{Escape}');
  expect(close).toHaveBeenCalledTimes(1);
});

it('asks before it throws away what was changed', async () => {
  const user = userEvent.setup({ delay: null });
  const close = open(true);
  await user.click(screen.getByRole('textbox', { name: 'Text' }));
  await user.keyboard('{Escape}');
  expect(await screen.findByText('Throw away what you changed?')).toBeInTheDocument();
  expect(close).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Throw away' }));
  expect(close).toHaveBeenCalledTimes(1);
});

/** Notices: all at one place, and what can be taken back looks like what cannot. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Notification, useNotify } from 'react-admin';
import { expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { UndoNotice } from './UndoNotice';

function Buttons({ onUndo }: { onUndo: () => void }) {
  const notify = useNotify();
  return (
    <>
      <button type="button" onClick={() => notify('Done', { type: 'success' })}>
        plain
      </button>
      <button type="button" onClick={() => notify(<UndoNotice text="Done" onUndo={onUndo} />)}>
        undoable
      </button>
    </>
  );
}

async function noticeOf(button: string) {
  const onUndo = vi.fn();
  const { unmount } = render(
    <TestFrame>
      <Buttons onUndo={onUndo} />
      <Notification />
    </TestFrame>,
  );
  await userEvent.click(screen.getByRole('button', { name: button }));
  const content = (await screen.findByText('Done')).closest('.MuiSnackbarContent-root') as HTMLElement;
  const { backgroundColor, color } = getComputedStyle(content);
  const place = content.closest('.MuiSnackbar-root')?.className.match(/anchorOrigin\w+/)?.[0];
  return { unmount, onUndo, look: { backgroundColor, color, place } };
}

it('have one look and one place, whether they can be taken back or not', async () => {
  const plain = await noticeOf('plain');
  plain.unmount();
  const undoable = await noticeOf('undoable');
  expect(undoable.look).toEqual(plain.look);
  expect(plain.look.place).toBe('anchorOriginTopCenter');
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(undoable.onUndo).toHaveBeenCalledOnce();
});

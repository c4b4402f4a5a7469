/** A choice among what there is, and out of what there is no more. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { TestFrame } from '@/testing/TestFrame';
import { Choice } from './Choice';

it('shows what is chosen though it is no option, and lets go of it', async () => {
  const user = userEvent.setup({ delay: null });
  const change = vi.fn();
  render(
    <TestFrame>
      <Choice label="Segment" value="gone" options={[['vip', 'VIPs']]} onChange={change} />
    </TestFrame>,
  );
  const box = screen.getByRole('combobox', { name: 'Segment' });
  expect(box).toHaveTextContent('gone');
  await user.click(box);
  await user.click(screen.getByRole('option', { name: 'All' }));
  expect(change).toHaveBeenCalledWith('');
});

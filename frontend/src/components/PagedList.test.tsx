/** A list by pages: what stands in for the rows, and how more of them come. */
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Page, usePages } from '@/providers/paging';
import { TestFrame } from '@/testing/TestFrame';
import { PagedList } from './PagedList';

function Numbers() {
  const query = usePages<Page<number>>(['numbers'], '/api/numbers', { limit: 2 });
  return (
    <PagedList query={query} empty="No numbers">
      {(numbers) => <p>{numbers.join(' ')}</p>}
    </PagedList>
  );
}

function show(...answers: Response[]) {
  const fetch = vi.fn();
  for (const answer of answers) fetch.mockResolvedValueOnce(answer);
  vi.stubGlobal('fetch', fetch);
  render(<Numbers />, { wrapper: TestFrame });
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe('PagedList', () => {
  it('shows the rows of all pages, and offers more while there are', async () => {
    const fetch = show(Response.json({ items: [1, 2], next: 'two' }), Response.json({ items: [3], next: null }));
    await screen.findByText('1 2');
    await userEvent.click(screen.getByRole('button'));
    await screen.findByText('1 2 3');
    expect(screen.queryByRole('button')).toBeNull();
    expect(fetch.mock.calls.map(([path]) => path)).toEqual(['/api/numbers?limit=2', '/api/numbers?limit=2&after=two']);
  });

  it('says that there are none', async () => {
    show(Response.json({ items: [], next: null }));
    expect(screen.getByRole('status')).toBeInTheDocument();
    await screen.findByText('No numbers');
  });

  it('says what failed and asks again', async () => {
    show(
      Response.json({ code: 'no', message: 'Not today' }, { status: 403 }),
      Response.json({ items: [4], next: null }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('Not today');
    await userEvent.click(screen.getByRole('button'));
    await screen.findByText('4');
  });
});

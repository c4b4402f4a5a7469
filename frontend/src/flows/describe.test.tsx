/** Whom a flow means is told by name, however it names them. */
import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Metadata } from '@/metadata';
import { TestFrame } from '@/testing/TestFrame';
import { FlowSteps } from './FlowSteps';
import type { Flow } from './types';

const text = (en: string) => ({ zh: en, en });
const METADATA: Metadata = {
  ...{ version: 1, entities: [], views: [], forms: [], flows: [], departments: [], roles: [] },
  users: [{ id: 'u1', name: 'Li Na', department_id: null }],
};
const FLOW: Flow = {
  key: 'vote',
  label: text('Vote'),
  entity: 'ticket',
  nodes: [
    {
      id: 'vote',
      type: 'user_task',
      title: text('Vote'),
      assignment: {
        candidates: [{ user: 'wang.wei@weft.local' }, { user: 'u1' }, { user: 'left@weft.local' }],
      },
    },
  ],
  edges: [],
};

let asked: string[];

beforeEach(() => {
  asked = [];
  const people = { items: [{ email: 'wang.wei@weft.local', id: 'u2', name: '王伟' }] };
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    asked.push(`${init?.method} ${decodeURIComponent(path)}`);
    const json = path.startsWith('/api/metadata/people') ? people : {};
    return new Response(JSON.stringify(json), { headers: { 'content-type': 'application/json' } });
  });
});

afterEach(() => vi.unstubAllGlobals());

it('tells people by name whom a flow names by their e-mail, asking for all of them once', async () => {
  render(
    <TestFrame metadata={METADATA}>
      <FlowSteps flow={FLOW} />
      <FlowSteps flow={FLOW} />
    </TestFrame>,
  );
  expect(await screen.findAllByText(/王伟, Li Na, left@weft.local/)).toHaveLength(2);
  expect(asked).toEqual(['GET /api/metadata/people?emails=left@weft.local,wang.wei@weft.local']);
});

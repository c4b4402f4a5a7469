/** A decision table being written: the grid, checked while it is typed into; what it leaves out; and a trial beside it. */
import { Box, Typography } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Content, Definition } from '@/build/api';
import { DefinitionFrame } from '@/build/DefinitionFrame';
import { NamePanel } from '@/build/NamePanel';
import { useDraft } from '@/build/useDraft';
import { useEditing } from '@/build/useEditing';
import { useSaving } from '@/build/useSaving';
import { type Text, useText } from '@/i18n';
import { monospace } from '@/theme';
import { type Gap, useDecided, useExamined } from './api';
import { FindingsPanel } from './FindingsPanel';
import { PolicyPanel } from './PolicyPanel';
import { TableGrid } from './TableGrid';
import { TryPanel } from './TryPanel';
import { type DecisionTable, emptyRow, insertRow, readTable, writeTable } from './tableDocument';
import { type Entered, enteredOf, valuesOf } from './trial';

const NOTHING: Content = {};
const NO_ROWS: readonly number[] = [];

export function DecisionTableEditor({ definition, at }: { definition: Definition; at: string | null }) {
  const draft = useDraft(definition);
  const saving = useSaving(definition, draft);
  const editing = useEditing(draft, !definition.removed);
  const [entered, setEntered] = useState<Entered>({});
  const [pointed, setPointed] = useState(NO_ROWS);
  const table = useMemo(() => readTable(draft.document ?? NOTHING), [draft.document]);
  const { data: examined, error, current } = useExamined(draft.document);
  const problems = examined?.problems ?? definition.problems;
  const sound = !!examined && !problems.some(({ severity }) => severity === 'error');
  const asking = Object.values(entered).some((value) => value !== '');
  const ready = sound && asking;
  const decided = useDecided(draft.document, ready && current ? valuesOf(table.inputs, entered) : null);
  const matched = useMemo(
    () => new Set(ready && !decided.error ? decided.data?.matched : []),
    [ready, decided.data, decided.error],
  );
  const change = (label: Text, next: DecisionTable, run?: string) => editing.change(label, writeTable(next), run);
  const close = ({ when }: Gap) =>
    change({ zh: '补一行', en: 'Add a row' }, insertRow(table, table.rules.length, { ...emptyRow(), tests: when }));
  return (
    <DefinitionFrame
      definition={definition}
      draft={draft}
      saving={saving}
      editing={editing}
      problems={problems}
      at={at}
      wide={
        <TableGrid
          table={table}
          problems={problems}
          matched={matched}
          pointed={useMemo(() => new Set(pointed), [pointed])}
          onChange={change}
        />
      }
    >
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        <TryPanel
          table={table}
          entered={entered}
          onEnter={setEntered}
          decided={decided.data}
          error={decided.error}
          ready={ready}
        />
        <FindingsPanel
          examined={examined}
          error={error}
          current={current}
          onPoint={(rows) => setPointed(rows.length > 0 ? rows : NO_ROWS)}
          onTry={(example) => setEntered(enteredOf(table.inputs, example))}
          onClose={definition.removed ? undefined : close}
        />
      </Box>
      <PolicyPanel table={table} problems={problems} onChange={change} />
      <NamePanel document={draft.document ?? NOTHING} editing={editing} problems={problems}>
        <Asking name={definition.key} table={table} />
      </NamePanel>
    </DefinitionFrame>
  );
}

/** How rules and flows ask it. */
function Asking({ name, table }: { name: string; table: DecisionTable }) {
  const t = useText();
  const inputs = table.inputs.map(({ key }) => `${key}: …`).join(', ');
  const call = `decide("${name}"${inputs ? `, ${inputs}` : ''})`;
  const single = ['unique', 'any', 'first', 'priority'].includes(table.hit);
  return (
    <Typography variant="body2" sx={{ mt: 1.5, color: 'text.secondary', overflowWrap: 'anywhere' }}>
      {t({ zh: '规则和流程里这样问：', en: 'Rules and flows ask with ' })}
      <span style={{ fontFamily: monospace, fontSize: 13 }}>
        {single && table.outputs[0] ? `${call}.${table.outputs[0].key}` : call}
      </span>
    </Typography>
  );
}

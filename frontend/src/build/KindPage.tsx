/** The page of all definitions of one kind, and a new one by its key. */
import { Button, Stack, TextField } from '@mui/material';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { DataTable, EmptyState, FormDialog, Loaded, PageHeader, Panel, StatusChip } from '@/components';
import { type Text, useText } from '@/i18n';
import { addressOf, type DefinitionEntry, definitionPath, useDefinitions } from './api';
import { type Kind, kindOf } from './kinds';

interface KindPageProps {
  kind: Kind;
  about: Text;
  /** What to do where there is none. */
  none: Text;
  action: Text;
  /** Further ways to a new one, beside the button. */
  more?: ReactNode;
}

export function KindPage({ kind, about, none, action, more }: KindPageProps) {
  const t = useText();
  const [creating, setCreating] = useState(false);
  const query = useDefinitions();
  const { plural, icon } = kindOf(kind);
  const begin = (
    <>
      {more}
      <Button variant="contained" startIcon={<Plus size={15} />} onClick={() => setCreating(true)}>
        {t(action)}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title={t(plural)} subtitle={t(about)} actions={begin} />
      <Panel flush>
        <Loaded query={query}>
          {(all) => {
            const entries = all.filter((entry) => entry.kind === kind);
            return entries.length > 0 ? (
              <Entries label={t(plural)} entries={entries} />
            ) : (
              <EmptyState
                icon={icon}
                title={t({ zh: '还没有{kind}', en: 'No {kind} yet' }, { kind: t(plural).toLowerCase() })}
                hint={t(none)}
              />
            );
          }}
        </Loaded>
      </Panel>
      {creating && <NewDialog kind={kind} title={action} onClose={() => setCreating(false)} />}
    </>
  );
}

function Entries({ label, entries }: { label: string; entries: DefinitionEntry[] }) {
  const t = useText();
  return (
    <DataTable
      label={label}
      rows={entries}
      rowKey={addressOf}
      href={(entry) => definitionPath(entry)}
      columns={[
        { key: 'label', label: t({ zh: '名称', en: 'Name' }), render: (entry) => t(entry.label) },
        { key: 'key', label: t({ zh: '键', en: 'Key' }), render: (entry) => <code>{entry.key}</code> },
        { key: 'app', label: t({ zh: '应用', en: 'App' }), render: (entry) => entry.app },
        {
          key: 'version',
          label: t({ zh: '版本', en: 'Version' }),
          align: 'right',
          render: (entry) => entry.version || '–',
        },
        { key: 'draft', label: t({ zh: '状态', en: 'State' }), render: (entry) => <EntryState entry={entry} /> },
      ]}
    />
  );
}

/** Where a definition stands, in the lists of definitions. */
export function EntryState({ entry }: { entry: DefinitionEntry }) {
  const t = useText();
  const states: [when: boolean, label: Text, color?: 'red' | 'green' | 'orange'][] = [
    [entry.removed, { zh: '待移除', en: 'To be removed' }, 'red'],
    [entry.draft && entry.version === 0, { zh: '新草稿', en: 'New draft' }, 'green'],
    [entry.draft, { zh: '有草稿', en: 'Draft' }, 'orange'],
    [true, { zh: '已发布', en: 'Published' }],
  ];
  const found = states.find(([when]) => when);
  return found ? (
    <Stack direction="row" component="span">
      <StatusChip label={t(found[1])} color={found[2]} />
    </Stack>
  ) : null;
}

function NewDialog({ kind, title, onClose }: { kind: Kind; title: Text; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [key, setKey] = useState('');
  return (
    <FormDialog
      open
      title={t(title)}
      action={t({ zh: '继续', en: 'Continue' })}
      ready={key !== ''}
      onClose={onClose}
      onSubmit={async () => navigate(`${definitionPath({ kind, key })}?new=1`)}
    >
      <TextField
        label={t({ zh: '键', en: 'Key' })}
        value={key}
        onChange={(event) => setKey(event.target.value.trim())}
        required
        autoFocus
        helperText={t({
          zh: '规则和流程用它来指名：小写字母、数字和下划线，发布后不能再改。',
          en: 'What rules and flows call it: lower-case letters, digits and underscores, fixed once published.',
        })}
        slotProps={{
          htmlInput: { pattern: '[a-z][a-z0-9_]*', maxLength: 60, autoCapitalize: 'none', spellCheck: false },
        }}
      />
    </FormDialog>
  );
}

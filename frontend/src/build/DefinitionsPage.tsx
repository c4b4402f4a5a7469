/** /build/definitions — everything the product is made of, by kind; drafts stand out. */
import { Box, Button, MenuItem, Stack, Tab, Tabs, TextField } from '@mui/material';
import { Blocks, Plus, Rocket } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { type Column, DataTable, EmptyState, FormDialog, Loaded, PageHeader, Panel, useFilter } from '@/components';
import { type Text, useText } from '@/i18n';
import { addressOf, type DefinitionEntry, definitionPath, useDefinitions } from './api';
import { EntryState } from './KindPage';
import { isKind, KINDS, type Kind, kindOf } from './kinds';

export default function DefinitionsPage() {
  const t = useText();
  const [creating, setCreating] = useState(false);
  const [{ kind, search }, change] = useFilter('kind', 'search');
  const query = useDefinitions();
  const all = query.data ?? [];
  const entries = inOrder(all).filter((entry) => (!kind || entry.kind === kind) && matches(entry, search));
  return (
    <>
      <PageHeader
        title={t({ zh: '定义', en: 'Definitions' })}
        subtitle={t({
          zh: '实体、表单、流程、规则……都是定义。先存为草稿，检查无误后发布生效。',
          en: 'Entities, forms, flows, rules: edited as drafts, checked, and in force once published.',
        })}
        actions={
          <>
            <PublishLink drafts={all.filter(({ draft }) => draft).length} />
            <Button variant="contained" startIcon={<Plus size={15} />} onClick={() => setCreating(true)}>
              {t({ zh: '新建', en: 'New' })}
            </Button>
          </>
        }
      >
        <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
          <KindTabs kind={kind} entries={all} onChange={(value) => change('kind', value)} />
          <TextField
            label={t({ zh: '搜索名称或键', en: 'Search name or key' })}
            value={search}
            onChange={(event) => change('search', event.target.value)}
            sx={{ flex: '1 1 180px', maxWidth: { sm: 260 } }}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        </Stack>
      </PageHeader>
      <Panel flush>
        <Loaded query={query}>
          {() =>
            entries.length === 0 ? (
              <EmptyState
                icon={Blocks}
                title={t({ zh: '没有符合的定义', en: 'No definition matches' })}
                hint={t({ zh: '换个条件，或新建一个。', en: 'Change the filter, or make a new one.' })}
              />
            ) : (
              <Entries entries={entries} />
            )
          }
        </Loaded>
      </Panel>
      <NewDialog open={creating} kind={isKind(kind) ? kind : 'entity'} onClose={() => setCreating(false)} />
    </>
  );
}

/** As the tabs stand; drafts first, since they wait for somebody. */
function inOrder(entries: DefinitionEntry[]): DefinitionEntry[] {
  const rank = (entry: DefinitionEntry) => (entry.draft ? 0 : 100) + KINDS.findIndex(({ key }) => key === entry.kind);
  return entries.toSorted((a, b) => rank(a) - rank(b));
}

function matches(entry: DefinitionEntry, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [entry.key, entry.label.zh, entry.label.en].some((text) => text.toLowerCase().includes(wanted));
}

const PUBLISH: Text = { zh: '发布', en: 'Publish' };
const PUBLISH_ONE: Text = { zh: '发布 1 份草稿', en: 'Publish 1 draft' };
const PUBLISH_MANY: Text = { zh: '发布 {n} 份草稿', en: 'Publish {n} drafts' };

function PublishLink({ drafts }: { drafts: number }) {
  const t = useText();
  return (
    <Button component={Link} to="/build/publish" variant="outlined" startIcon={<Rocket size={15} />}>
      {t(drafts === 0 ? PUBLISH : drafts === 1 ? PUBLISH_ONE : PUBLISH_MANY, { n: drafts })}
    </Button>
  );
}

interface KindTabsProps {
  kind: string;
  entries: DefinitionEntry[];
  onChange: (kind: string) => void;
}

function KindTabs({ kind, entries, onChange }: KindTabsProps) {
  const t = useText();
  const count = (key: Kind) => entries.filter((entry) => entry.kind === key).length;
  return (
    <Tabs
      value={isKind(kind) ? kind : ''}
      onChange={(_, value: string) => onChange(value)}
      variant="scrollable"
      scrollButtons={false}
      aria-label={t({ zh: '种类', en: 'Kind' })}
      sx={{ maxWidth: '100%' }}
    >
      <Tab value="" label={t({ zh: '全部', en: 'All' })} />
      {KINDS.map(({ key, plural }) => (
        <Tab key={key} value={key} label={`${t(plural)} ${count(key) || ''}`} />
      ))}
    </Tabs>
  );
}

function Entries({ entries }: { entries: DefinitionEntry[] }) {
  const t = useText();
  return (
    <DataTable
      label={t({ zh: '定义', en: 'Definitions' })}
      rows={entries}
      rowKey={addressOf}
      href={(entry) => definitionPath(entry)}
      columns={useColumns()}
    />
  );
}

function useColumns(): Column<DefinitionEntry>[] {
  const t = useText();
  return [
    { key: 'label', label: t({ zh: '名称', en: 'Name' }), render: (entry) => t(entry.label) },
    { key: 'kind', label: t({ zh: '种类', en: 'Kind' }), render: (entry) => <KindName kind={entry.kind} /> },
    { key: 'key', label: t({ zh: '键', en: 'Key' }), render: (entry) => <code>{entry.key}</code> },
    { key: 'app', label: t({ zh: '应用', en: 'App' }), render: (entry) => entry.app },
    {
      key: 'version',
      label: t({ zh: '版本', en: 'Version' }),
      align: 'right',
      render: (entry) => entry.version || '–',
    },
    { key: 'draft', label: t({ zh: '状态', en: 'State' }), render: (entry) => <EntryState entry={entry} /> },
  ];
}

function KindName({ kind }: { kind: Kind }) {
  const t = useText();
  const { icon: Icon, label } = kindOf(kind);
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, color: 'text.secondary' }}>
      <Icon size={14} aria-hidden />
      {t(label)}
    </Box>
  );
}

function NewDialog({ open, kind: first, onClose }: { open: boolean; kind: Kind; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Kind | null>(null);
  const [key, setKey] = useState('');
  const kind = chosen ?? first;
  const close = () => {
    setChosen(null);
    setKey('');
    onClose();
  };
  return (
    <FormDialog
      open={open}
      title={t({ zh: '新建定义', en: 'New definition' })}
      action={t({ zh: '继续', en: 'Continue' })}
      onClose={close}
      onSubmit={async () => navigate(`${definitionPath({ kind, key })}?new=1`)}
    >
      <TextField
        select
        id="new-kind"
        label={t({ zh: '种类', en: 'Kind' })}
        value={kind}
        onChange={(event) => setChosen(event.target.value as Kind)}
      >
        {KINDS.map((each) => (
          <MenuItem key={each.key} value={each.key}>
            {t(each.label)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        id="new-key"
        label={t({ zh: '键', en: 'Key' })}
        value={key}
        onChange={(event) => setKey(event.target.value.trim())}
        required
        autoFocus
        helperText={t({
          zh: '小写字母、数字和下划线，例如 service_visit；发布后不能再改。',
          en: 'Lower-case letters, digits and underscores, such as service_visit; fixed once published.',
        })}
        slotProps={{
          htmlInput: { pattern: '[a-z][a-z0-9_]*', maxLength: 60, autoCapitalize: 'none', spellCheck: false },
        }}
      />
    </FormDialog>
  );
}

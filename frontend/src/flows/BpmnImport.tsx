/** A BPMN file chosen, what was found in it and what of it is not executed, and its flows saved as drafts. */
import { Box, Button, Chip, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { FileUp } from 'lucide-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { EmptyState, FormDialog, useSayError } from '@/components';
import { type Text, useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { type BpmnNote, type ImportedFile, type ImportedFlow, useImport } from './bpmnApi';

interface Chosen {
  file: File;
  found: ImportedFile;
}

export function BpmnImport() {
  const t = useText();
  const say = useSayError();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const reading = useImport();
  const label = t({ zh: '导入 BPMN', en: 'Import BPMN' });
  const read = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = ''; // so that the same file can be chosen again
    if (file) reading.mutate({ file }, { onSuccess: (found) => setChosen({ file, found }), onError: say });
  };
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<FileUp size={15} />}
        loading={reading.isPending}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <input ref={input} type="file" accept=".bpmn,.xml" hidden aria-label={label} onChange={read} />
      {chosen && <ImportDialog {...chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

const TITLE: Text = { zh: '导入“{file}”', en: 'Import “{file}”' };

function ImportDialog({ file, found, onClose }: Chosen & { onClose: () => void }) {
  const t = useText();
  const notify = useNotify();
  const navigate = useNavigate();
  const { entities } = useMetadata();
  const saving = useImport();
  const undecided = found.flows.some(({ document }) => !document.entity);
  const [entity, setEntity] = useState('');
  const [keys, setKeys] = useState<Record<string, string>>({});
  const save = async () => {
    const answer = await saving.mutateAsync({ file, entity, keys, save: true });
    notify(t(SAVED, { n: answer.flows.length }), { type: 'success' });
    const [first] = answer.flows;
    if (first && answer.flows.length === 1) navigate(`/flows/${first.key}`);
  };
  return (
    <FormDialog
      open
      wide
      title={t(TITLE, { file: file.name })}
      action={t({ zh: '存为草稿', en: 'Save as drafts' })}
      ready={!undecided || entity !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      {undecided && (
        <TextField
          select
          required
          label={t({ zh: '实体', en: 'Entity' })}
          value={entity}
          onChange={(event) => setEntity(event.target.value)}
          helperText={t({
            zh: '每个实例处理其中一条记录；文件里没有写明。',
            en: 'Each run is about one record of it; the file does not say of which.',
          })}
        >
          {entities.map((each) => (
            <MenuItem key={each.key} value={each.key}>
              {t(each.label)}
            </MenuItem>
          ))}
        </TextField>
      )}
      {found.flows.map((flow) => (
        <FlowLine
          key={flow.key}
          flow={flow}
          wanted={keys[flow.key] ?? flow.key}
          onKey={(wanted) => setKeys({ ...keys, [flow.key]: wanted })}
        />
      ))}
      <Notes notes={found.notes} />
    </FormDialog>
  );
}

const SAVED: Text = { zh: '已把 {n} 个流程存为草稿', en: 'Drafts saved: {n}' };
const SIZE: Text = { zh: '{name}：{nodes} 个节点，{edges} 条连线', en: '{name}: {nodes} nodes, {edges} connections' };
const REPLACES: Text = {
  zh: '已有这个键的流程：草稿会在发布时替换它。',
  en: 'There is a flow with this key: the draft replaces it when it is published.',
};
const KEY_HELP: Text = {
  zh: '小写字母、数字和下划线；发布后不能再改。',
  en: 'Lower-case letters, digits and underscores; fixed once published.',
};

interface FlowLineProps {
  flow: ImportedFlow;
  wanted: string;
  onKey: (key: string) => void;
}

function FlowLine({ flow: { key, exists, document }, wanted, onKey }: FlowLineProps) {
  const t = useText();
  const size = { name: t(document.label), nodes: document.nodes.length, edges: document.edges.length };
  return (
    <Stack spacing={1}>
      <Typography variant="body2">{t(SIZE, size)}</Typography>
      <TextField
        label={t({ zh: '键', en: 'Key' })}
        value={wanted}
        onChange={(event) => onKey(event.target.value.trim())}
        required
        helperText={t(exists && wanted === key ? REPLACES : KEY_HELP)}
        slotProps={{
          htmlInput: { pattern: '[a-z][a-z0-9_]*', maxLength: 60, autoCapitalize: 'none', spellCheck: false },
        }}
      />
    </Stack>
  );
}

const NOT_EXECUTED: Text = { zh: '不执行或需要确认的有 {n} 处', en: 'Not executed, or to be confirmed: {n}' };
const SHOWN = 4;

/** What is said about the file, each sentence once with the places that it is about. */
function Notes({ notes }: { notes: BpmnNote[] }) {
  const t = useText();
  if (notes.length === 0) {
    return <EmptyState dense title={t({ zh: '文件里的一切都会执行', en: 'Everything in the file is executed' })} />;
  }
  return (
    <Box role="region" aria-label={t(NOT_EXECUTED, { n: notes.length })}>
      <Typography variant="subtitle2">{t(NOT_EXECUTED, { n: notes.length })}</Typography>
      <Stack component="ul" spacing={0.75} sx={{ maxHeight: 260, overflow: 'auto', pl: 2.5, my: 1 }}>
        {sentences(notes).map(({ message, elements }) => (
          <Typography key={message.en} component="li" variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {t(message)}{' '}
            {elements.slice(0, SHOWN).map((element) => (
              <Chip key={element} label={element} size="small" variant="outlined" sx={{ mr: 0.5, maxWidth: 220 }} />
            ))}
            {elements.length > SHOWN && `+${elements.length - SHOWN}`}
          </Typography>
        ))}
      </Stack>
    </Box>
  );
}

export function sentences(notes: BpmnNote[]): { message: Text; elements: string[] }[] {
  const found = new Map<string, { message: Text; elements: string[] }>();
  for (const { message, element } of notes) {
    const line = found.get(message.en) ?? { message, elements: [] };
    found.set(message.en, line);
    if (element && !line.elements.includes(element)) line.elements.push(element);
  }
  return [...found.values()];
}

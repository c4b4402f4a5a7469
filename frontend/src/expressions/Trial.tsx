/** What an expression gives for a record of one's choice: the value, why a condition does not hold, and what was odd. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { ErrorLine, type Formatter, useFormat, usePaused } from '@/components';
import { FieldInput } from '@/fields';
import { type Text, type TextReader, useText } from '@/i18n';
import { useEntity } from '@/metadata';
import type { Explanation, Language, Part } from './api';
import { kindOfType } from './tree';

interface TrialProps {
  entity: string;
  language: Language;
  text: string;
  /** The text has no problems. */
  ready: boolean;
}

export function Trial({ entity: key, language, text, ready }: TrialProps) {
  const t = useText();
  const entity = useEntity(key);
  const [open, setOpen] = useState(false);
  const [record, setRecord] = useState<string | null>(null);
  if (!entity) return null;
  if (!open) {
    return (
      <Box>
        <Button size="small" startIcon={<FlaskConical size={14} />} onClick={() => setOpen(true)} sx={{ px: 0.75 }}>
          {t({ zh: '用一条记录试算', en: 'Try it on a record' })}
        </Button>
      </Box>
    );
  }
  const label = t({ zh: '试算的{name}', en: 'Try it on this {name}' }, { name: t(entity.label).toLowerCase() });
  return (
    // Enter chooses a record here; it does not send the form around.
    <Stack
      spacing={1}
      onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      sx={{ p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}
    >
      <FieldInput
        field={{ key: 'trial', type: 'reference', label: { zh: label, en: label }, entity: key }}
        value={record}
        onChange={(chosen) => setRecord(chosen as string | null)}
        autoFocus
      />
      {record && ready && <Outcome language={language} text={text} record={record} />}
      {record && !ready && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {t({ zh: '先改正上面的问题。', en: 'First mend what is wrong above.' })}
        </Typography>
      )}
    </Stack>
  );
}

function Outcome({ language, text, record }: { language: Language; text: string; record: string }) {
  const paused = usePaused(text, 300);
  const { data, error } = useQuery({
    queryKey: ['language', 'explain', language.about, paused, record],
    queryFn: () => language.explain(paused, record),
    retry: false,
  });
  return (
    <Box role="status" aria-live="polite">
      <ErrorLine error={error} />
      {data && <Told explanation={data} />}
    </Box>
  );
}

const WHOLE: Record<string, Text> = {
  true: { zh: '成立', en: 'It holds' },
  false: { zh: '不成立', en: 'It does not hold' },
};

function Told({ explanation }: { explanation: Explanation }) {
  const { ok, problems, value, why_not, warnings, part } = explanation;
  const type = explanation.type ?? '';
  const t = useText();
  const format = useFormat();
  const said = type === 'boolean' ? WHOLE[String(value === true)] : null;
  if (!ok) return problems.map(({ message }, index) => <Box key={index}>{t(message)}</Box>);
  return (
    <Stack spacing={0.5}>
      <Typography variant="body2" sx={{ fontWeight: 600, color: value === true ? 'success.main' : 'text.primary' }}>
        {said
          ? t(said)
          : t({ zh: '得到：{value}', en: 'It gives: {value}' }, { value: showValue(value, type, format, t) })}
      </Typography>
      {why_not.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: 13 }}>
          {why_not.map((reason, index) => (
            <li key={index}>{t(reason)}</li>
          ))}
        </Box>
      )}
      {warnings.map(({ message }, index) => (
        <Typography key={index} variant="body2" sx={{ color: 'warning.main', fontSize: 13 }}>
          {t(message)}
        </Typography>
      ))}
      {part && <Parts part={part} />}
    </Stack>
  );
}

/** The values that went in: parts of parts that are no constants, each once. */
function telling(part: Part, found: Map<string, Part> = new Map()): Map<string, Part> {
  for (const inner of part.parts ?? []) {
    if (inner.parts?.length || !/^["“'\d[]/u.test(inner.text)) found.set(inner.text, inner);
    telling(inner, found);
  }
  return found;
}

function Parts({ part }: { part: Part }) {
  const t = useText();
  const format = useFormat();
  const parts = [...telling(part).values()];
  if (parts.length === 0) return null;
  return (
    <Box component="details" sx={{ fontSize: 13 }}>
      <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary' }}>
        {t({ zh: '每一部分的值', en: 'The value of every part' })}
      </Box>
      <Box
        component="dl"
        sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', columnGap: 2, rowGap: 0.25, m: 0, mt: 0.5 }}
      >
        {parts.map((each) => (
          <Box key={each.text} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
              {each.text}
            </Box>
            <Box component="dd" sx={{ m: 0, textAlign: 'right', overflowWrap: 'anywhere' }}>
              {showValue(each.value, each.type, format, t)}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function showValue(value: unknown, type: string, format: Formatter, t: TextReader): string {
  if (value === null || value === undefined) return t({ zh: '空', en: 'empty' });
  if (typeof value === 'boolean') return value ? t({ zh: '是', en: 'yes' }) : t({ zh: '否', en: 'no' });
  const kind = kindOfType(type);
  if (kind === 'money') return format.money(String(value), type.slice('money:'.length) || 'CNY');
  if (kind === 'date') return format.date(String(value));
  if (kind === 'datetime') return format.exact(String(value));
  if (kind === 'duration') return format.duration(Number(value) / 1_000_000);
  if (Array.isArray(value))
    return value.map((each) => showValue(each, type.replace(/^list:/, ''), format, t)).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

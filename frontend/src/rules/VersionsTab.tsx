/** Published versions of a rule: each beside the one before it, or beside the text as it is now. */
import { Box, Button, MenuItem, Stack, TextField } from '@mui/material';
import { History } from 'lucide-react';
import { useState } from 'react';
import { type Column, DataTable, EmptyState, Loaded, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { type RuleVersion, useRuleVersions } from './api';
import { TextDifference } from './TextDifference';

interface VersionsTabProps {
  rule: string;
  /** As it stands in the editor. */
  text: string;
  /** Puts an earlier text into the editor; absent where nothing may be changed. */
  onTake: ((text: string) => void) | undefined;
}

export function VersionsTab({ rule, text, onTake }: VersionsTabProps) {
  const t = useText();
  return (
    <Loaded dense query={useRuleVersions(rule)}>
      {(versions) =>
        versions.length === 0 ? (
          <EmptyState
            dense
            icon={History}
            title={t({ zh: '还没有发布过', en: 'Not published yet' })}
            hint={t({ zh: '发布之后，每个版本都留在这里。', en: 'Every version stays here once it is published.' })}
          />
        ) : (
          <Versions versions={versions.toSorted((a, b) => b.version - a.version)} text={text} onTake={onTake} />
        )
      }
    </Loaded>
  );
}

const NOW = 'now';

function Versions({ versions, text, onTake }: { versions: RuleVersion[] } & Omit<VersionsTabProps, 'rule'>) {
  const t = useText();
  const newest = versions[0];
  const changed = newest !== undefined && newest.text !== text;
  const [before, setBefore] = useState(String((changed ? newest : (versions[1] ?? newest))?.version));
  const [after, setAfter] = useState(changed ? NOW : String(newest?.version));
  const textOf = (key: string) =>
    (key === NOW ? text : versions.find(({ version }) => String(version) === key)?.text) ?? '';
  const nameOf = (key: string) =>
    key === NOW
      ? t({ zh: '编辑器里的文本', en: 'Text in the editor' })
      : t({ zh: '版本 {key}', en: 'Version {key}' }, { key });
  const keys = [NOW, ...versions.map(({ version }) => String(version))];
  const columns: Column<RuleVersion>[] = [
    {
      key: 'version',
      label: t({ zh: '版本', en: 'Version' }),
      render: ({ version, current }) => (
        <>
          {nameOf(String(version))}{' '}
          {current && <StatusChip label={t({ zh: '生效中', en: 'in force' })} color="green" />}
        </>
      ),
    },
    {
      key: 'at',
      label: t({ zh: '发布', en: 'Published' }),
      render: ({ published_at }) => <Time value={published_at} />,
    },
    { key: 'by', label: t({ zh: '发布人', en: 'By' }), render: ({ published_by }) => published_by },
    {
      key: 'actions',
      label: t({ zh: '操作', en: 'Actions' }),
      align: 'right',
      render: (version) => (
        <Stack direction="row" component="span" sx={{ gap: 0.5, justifyContent: { sm: 'flex-end' } }}>
          <Button
            sx={{ my: -0.5, minWidth: 0 }}
            onClick={() => {
              setBefore(String(version.version));
              setAfter(NOW);
            }}
          >
            {t({ zh: '与现在比较', en: 'Compare with now' })}
          </Button>
          {onTake && (
            <Button sx={{ my: -0.5, minWidth: 0 }} onClick={() => onTake(version.text)}>
              {t({ zh: '放进编辑器', en: 'Put into the editor' })}
            </Button>
          )}
        </Stack>
      ),
    },
  ];
  const choices: [string, string, (key: string) => void][] = [
    [t({ zh: '左边', en: 'Left' }), before, setBefore],
    [t({ zh: '右边', en: 'Right' }), after, setAfter],
  ];
  return (
    <>
      <DataTable
        label={t({ zh: '版本', en: 'Versions' })}
        rows={versions}
        rowKey={({ version }) => String(version)}
        columns={columns}
      />
      <Stack direction="row" sx={{ gap: 1.5, px: 2, py: 1.5, flexWrap: 'wrap', borderTop: 1, borderColor: 'divider' }}>
        {choices.map(([label, value, put]) => (
          <TextField
            key={label}
            select
            label={label}
            value={value}
            onChange={(event) => put(event.target.value)}
            sx={{ minWidth: 170 }}
          >
            {keys.map((key) => (
              <MenuItem key={key} value={key}>
                {nameOf(key)}
              </MenuItem>
            ))}
          </TextField>
        ))}
      </Stack>
      <Box sx={{ pb: 1 }}>
        <TextDifference before={textOf(before)} after={textOf(after)} labels={[nameOf(before), nameOf(after)]} />
      </Box>
    </>
  );
}

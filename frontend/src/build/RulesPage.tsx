/** /rules — the rules as they run: their text, how often each fired, and what it did and why. */
import { Alert, Box, Button, ButtonBase, Stack, Typography, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { ListChecks, Pencil } from 'lucide-react';
import { Link, useSearchParams } from 'react-router-dom';
import { EmptyState, ErrorState, ListSkeleton, PageHeader, Panel, StatusChip, Time, useFormat } from '@/components';
import { type Text, useText } from '@/i18n';
import { type RuleItem, useRules } from '@/operate/api';
import { FiringList } from '@/operate/FiringList';
import { useMay } from '@/providers/me';
import { definitionPath } from './api';
import { RuleText } from './RuleText';

export default function RulesPage() {
  const t = useText();
  const [params] = useSearchParams();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('md'));
  const { data, error, refetch } = useRules();
  const key = params.get('rule');
  const rule = data?.find((each) => each.key === key) ?? (phone || key ? undefined : data?.[0]);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  const listed = !phone || !rule;
  return (
    <>
      <PageHeader
        title={phone && rule ? t(rule.label) : t({ zh: '规则', en: 'Rules' })}
        back={phone && rule ? '/rules' : undefined}
        subtitle={
          listed &&
          t({
            zh: '每个新事件都按这些规则判断；触发时留下当时看到的值。',
            en: 'Every new event is judged by these rules; a firing keeps the values it saw.',
          })
        }
        actions={<NewRule />}
      />
      {!data ? (
        <Panel flush>
          <ListSkeleton />
        </Panel>
      ) : data.length === 0 ? (
        <Panel>
          <EmptyState
            icon={ListChecks}
            title={t({ zh: '还没有规则', en: 'No rules yet' })}
            hint={t({
              zh: '安装带规则的模板，或新建一条规则。',
              en: 'Install a template that brings some, or make one.',
            })}
          />
        </Panel>
      ) : (
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            alignItems: 'start',
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '280px minmax(0, 1fr)' },
          }}
        >
          {listed && <RuleList rules={data} current={rule?.key} />}
          {rule ? <RuleDetail rule={rule} /> : key && <Missing rule={key} />}
        </Box>
      )}
    </>
  );
}

function NewRule() {
  const t = useText();
  const may = useMay();
  if (!may('build')) return null;
  return (
    <Button component={Link} to="/build/definitions?kind=rule" variant="outlined">
      {t({ zh: '管理规则定义', en: 'Rule definitions' })}
    </Button>
  );
}

function Missing({ rule }: { rule: string }) {
  const t = useText();
  return (
    <Panel>
      <EmptyState
        icon={ListChecks}
        title={t({ zh: '没有规则“{rule}”', en: 'There is no rule “{rule}”' }, { rule })}
        hint={t({ zh: '它可能已被移除。', en: 'It may have been removed.' })}
      />
    </Panel>
  );
}

function RuleList({ rules, current }: { rules: RuleItem[]; current: string | undefined }) {
  const t = useText();
  return (
    <Panel flush>
      <Stack component="nav" aria-label={t({ zh: '规则', en: 'Rules' })}>
        {rules.map((rule) => (
          <ButtonBase
            key={rule.key}
            component={Link}
            to={`/rules?rule=${rule.key}`}
            aria-current={rule.key === current ? 'true' : undefined}
            sx={{
              display: 'block',
              px: 2,
              py: 1.25,
              color: 'text.primary',
              borderBottom: 1,
              borderColor: 'divider',
              '&:last-child': { borderBottom: 0 },
              '&:hover': { backgroundColor: 'action.hover' },
              '&[aria-current]': { boxShadow: (theme) => `inset 3px 0 ${theme.palette.primary.main}` },
            }}
          >
            <Stack direction="row" sx={{ gap: 1, alignItems: 'center' }}>
              <Typography component="span" sx={{ fontWeight: 550, flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
                {t(rule.label)}
              </Typography>
              <RuleState rule={rule} quiet />
            </Stack>
            <Typography component="span" variant="body2" sx={{ display: 'block', color: 'text.secondary' }}>
              <Fired rule={rule} />
            </Typography>
          </ButtonBase>
        ))}
      </Stack>
    </Panel>
  );
}

function Fired({ rule }: { rule: RuleItem }) {
  const t = useText();
  const format = useFormat();
  if (rule.fired === 0) return t({ zh: '还没有触发过', en: 'Has not fired yet' });
  return (
    <>
      {t({ zh: '触发 {n} 次', en: 'Fired {n} times' }, { n: format.number(rule.fired) })} ·{' '}
      <Time value={rule.last_fired_at} />
    </>
  );
}

function RuleState({ rule, quiet = false }: { rule: RuleItem; quiet?: boolean }) {
  const t = useText();
  if (rule.problem) return <StatusChip label={t({ zh: '不能运行', en: 'Cannot run' })} color="red" dot />;
  if (!rule.enabled) return <StatusChip label={t({ zh: '已停用', en: 'Off' })} />;
  return quiet ? null : <StatusChip label={t({ zh: '运行中', en: 'On' })} color="green" dot />;
}

function RuleDetail({ rule }: { rule: RuleItem }) {
  const t = useText();
  const may = useMay();
  return (
    <Stack spacing={2} sx={{ minWidth: 0 }}>
      <Panel
        title={t(rule.label)}
        flush
        actions={
          <>
            <RuleState rule={rule} />
            {may('build') && (
              <Button
                component={Link}
                to={definitionPath({ kind: 'rule', key: rule.key })}
                variant="outlined"
                startIcon={<Pencil size={14} />}
              >
                {t({ zh: '编辑', en: 'Edit' })}
              </Button>
            )}
          </>
        }
      >
        {rule.problem && (
          <Alert severity="error" variant="outlined" sx={{ mx: 2, mb: 1 }}>
            {rule.problem}
          </Alert>
        )}
        <Box sx={{ px: 2 }}>
          {rule.description && <Typography variant="body2">{t(rule.description)}</Typography>}
          <Counts rule={rule} />
        </Box>
        <Box sx={{ borderTop: 1, borderColor: 'divider', mt: 1.5 }}>
          <RuleText text={rule.text} label={t({ zh: '规则文本', en: 'Rule text' })} />
        </Box>
      </Panel>
      {may('operate') && (
        <Panel title={t({ zh: '触发记录', en: 'Firings' })} flush>
          <FiringList filter={{ rule: rule.key }} />
        </Panel>
      )}
    </Stack>
  );
}

function Counts({ rule }: { rule: RuleItem }) {
  const t = useText();
  const format = useFormat();
  const figures: [Text, number, boolean][] = [
    [{ zh: '触发', en: 'Fired' }, rule.fired, true],
    [{ zh: '被限次拦下', en: 'Held back by limits' }, rule.limited, rule.limited > 0],
    [{ zh: '失败', en: 'Failed' }, rule.failed, rule.failed > 0],
  ];
  return (
    <Stack
      direction="row"
      sx={{ gap: 2, flexWrap: 'wrap', mt: 0.75, color: 'text.secondary', fontSize: 13, alignItems: 'baseline' }}
    >
      <code>{rule.key}</code>
      <span>{t({ zh: '版本 {version}', en: 'version {version}' }, { version: rule.version })}</span>
      {figures
        .filter(([, , shown]) => shown)
        .map(([label, count]) => (
          <span key={label.en}>
            {t(label)} {format.number(count)}
          </span>
        ))}
      {rule.last_fired_at && (
        <span>
          {t({ zh: '最近', en: 'last' })} <Time value={rule.last_fired_at} />
        </span>
      )}
    </Stack>
  );
}

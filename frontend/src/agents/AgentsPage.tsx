/** /agents — who acts in one's place while one is away, and for whom one acts; administrators see anybody's. */
import { Box, Button, Stack } from '@mui/material';
import { ArrowRight, Plus, UserRoundCog } from 'lucide-react';
import { useState } from 'react';
import {
  EmptyState,
  Loaded,
  PageHeader,
  Panel,
  PeopleField,
  StatusChip,
  Time,
  useConfirm,
  useFilter,
  useSayError,
} from '@/components';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { useMay, useMe } from '@/providers/me';
import { AgentDialog } from './AgentDialog';
import { revoke, type StandingAgent, useAgentChange, useAgents } from './api';
import { AGENT_MODES, AGENT_STATUS } from './words';

export default function AgentsPage() {
  const t = useText();
  const me = useMe();
  const administers = useMay()('administer');
  const [{ user }, change] = useFilter('user');
  const [open, setOpen] = useState(false);
  const query = useAgents(user);
  const { users } = useMetadata();
  const whose = user && user !== me?.id ? (users.find(({ id }) => id === user)?.name ?? user) : '';
  const make = (
    <Button variant="contained" startIcon={<Plus size={16} />} onClick={() => setOpen(true)}>
      {t({ zh: '新建委托', en: 'Appoint an agent' })}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t({ zh: '委托', en: 'Agents' })}
        subtitle={t({
          zh: '休假或出差时，让同事代您处理任务。历史里会写明是谁代谁处理的。',
          en: 'While you are away, a colleague does your tasks. The history says who acted for whom.',
        })}
        actions={make}
      >
        {administers && (
          <Box sx={{ maxWidth: 320 }}>
            <PeopleField
              label={t({ zh: '看谁的（管理员）', en: 'Whose (administrators)' })}
              value={user ? [user] : []}
              onChange={([id]) => change('user', id ?? '')}
              most={1}
            />
          </Box>
        )}
      </PageHeader>
      <Loaded query={query}>
        {({ given, received }) => (
          <Box
            sx={{
              ...{ display: 'grid', gap: 2, alignItems: 'start' },
              gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
            }}
          >
            <Panel
              flush
              title={
                whose
                  ? t({ zh: '{name}委托给别人', en: 'Who acts for {name}' }, { name: whose })
                  : t({ zh: '我委托给别人', en: 'Who acts for me' })
              }
            >
              <Agents
                items={given}
                empty={
                  <EmptyState
                    dense
                    icon={UserRoundCog}
                    title={t({ zh: '没有委托', en: 'Nobody' })}
                    hint={t({
                      zh: '需要别人代为处理时，在这里指定是谁、从什么时候到什么时候。',
                      en: 'Say here who shall act in your place, and from when until when.',
                    })}
                  />
                }
              />
            </Panel>
            <Panel
              flush
              title={
                whose
                  ? t({ zh: '委托给{name}', en: 'For whom {name} acts' }, { name: whose })
                  : t({ zh: '委托给我', en: 'For whom I act' })
              }
            >
              <Agents
                items={received}
                empty={<EmptyState dense icon={UserRoundCog} title={t({ zh: '没有人委托', en: 'Nobody' })} />}
              />
            </Panel>
          </Box>
        )}
      </Loaded>
      {open && <AgentDialog principal={whose ? { id: user, name: whose } : null} onClose={() => setOpen(false)} />}
    </>
  );
}

function Agents({ items, empty }: { items: StandingAgent[]; empty: React.ReactNode }) {
  if (items.length === 0) return empty;
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, borderTop: 1, borderColor: 'divider' }}>
      {items.map((agent) => (
        <Line key={agent.id} agent={agent} />
      ))}
    </Box>
  );
}

function Line({ agent }: { agent: StandingAgent }) {
  const t = useText();
  const { flows } = useMetadata();
  const over = agent.status === 'ended' || agent.status === 'revoked';
  const scope = agent.flows
    ? agent.flows.map((key) => t(flows.find((flow) => flow.key === key)?.label) || key).join(t({ zh: '、', en: ', ' }))
    : t({ zh: '所有流程', en: 'All flows' });
  return (
    <Box
      component="li"
      data-agent={agent.status}
      sx={{
        ...{
          display: 'grid',
          gridTemplateColumns: 'minmax(0, 1fr) auto',
          gap: 1,
          alignItems: 'start',
          px: 2,
          py: 1.25,
        },
        ...{ borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } },
        color: over ? 'text.secondary' : undefined,
      }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexWrap: 'wrap', fontWeight: 600 }}>
          <span>{agent.principal.name}</span>
          <ArrowRight size={14} aria-label={t({ zh: '由…代理', en: 'is represented by' })} role="img" />
          <span>{agent.agent.name}</span>
          <StatusChip
            {...AGENT_STATUS[agent.status]}
            label={t(AGENT_STATUS[agent.status].label)}
            dot={agent.status === 'active'}
          />
        </Stack>
        <Box sx={{ fontSize: 13 }}>
          <Time value={agent.starts_at} relative={false} />
          {' – '}
          {agent.ends_at ? <Time value={agent.ends_at} relative={false} /> : t({ zh: '直到撤销', en: 'until revoked' })}
        </Box>
        <Box sx={{ fontSize: 13, color: 'text.secondary' }}>
          {t(AGENT_MODES[agent.mode].label)} · {scope}
          {agent.created_by && agent.created_by.id !== agent.principal.id && (
            <> · {t({ zh: '由{name}设置', en: 'set by {name}' }, { name: agent.created_by.name })}</>
          )}
        </Box>
      </Box>
      {agent.mine && !over && <Revoke agent={agent} />}
    </Box>
  );
}

function Revoke({ agent }: { agent: StandingAgent }) {
  const t = useText();
  const confirm = useConfirm();
  const say = useSayError();
  const change = useAgentChange(revoke);
  const ask = async () => {
    const sure = await confirm({
      title: t({ zh: '撤销对{name}的委托？', en: 'Revoke the agency of {name}?' }, { name: agent.agent.name }),
      body: t({
        zh: '之后的任务不再给他。他已经处理的照样有效。',
        en: 'Tasks from now on no longer go to them. What they have done stays.',
      }),
      action: t({ zh: '撤销', en: 'Revoke' }),
      destructive: true,
    });
    if (sure) change.mutate(agent.id, { onError: say });
  };
  return (
    <Button variant="outlined" size="small" onClick={ask} loading={change.isPending}>
      {t({ zh: '撤销', en: 'Revoke' })}
    </Button>
  );
}

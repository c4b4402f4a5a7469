/** /build/publish — all drafts, what publishing them would do, and what was published before. */
import { Box, Button, Checkbox, Link as MuiLink, Stack, Typography } from '@mui/material';
import { Rocket } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { EmptyState, ListSkeleton, Loaded, PageHeader, Panel } from '@/components';
import { useText } from '@/i18n';
import { addressOf, type DefinitionEntry, definitionPath, type Plan, pointerOf, useDefinitions, usePlan } from './api';
import { kindOf } from './kinds';
import { PlanView } from './PlanView';
import { ProblemList, problemCount } from './ProblemList';
import { PublicationList } from './PublicationList';
import { usePublishing } from './usePublishing';

export default function PublishPage() {
  const t = useText();
  const query = useDefinitions();
  const drafts = query.data?.filter(({ draft }) => draft) ?? [];
  return (
    <>
      <PageHeader
        title={t({ zh: '发布', en: 'Publish' })}
        subtitle={t({
          zh: '选中的草稿在一个事务里一起生效：表、规则、流程，要么全成，要么全不成。',
          en: 'The chosen drafts take effect together in one transaction: tables, rules and flows, all or nothing.',
        })}
      />
      <Stack spacing={2}>
        <Loaded query={query} skeleton={<Loading />} frame={(error) => <Panel>{error}</Panel>}>
          {() =>
            drafts.length === 0 ? (
              <Panel>
                <EmptyState
                  dense
                  icon={Rocket}
                  title={t({ zh: '没有待发布的草稿', en: 'No drafts to publish' })}
                  hint={t({
                    zh: '在“定义”里修改并保存后，会出现在这里。',
                    en: 'Edit and save a definition; it appears here.',
                  })}
                  action={
                    <Button component={Link} to="/build/definitions" variant="outlined">
                      {t({ zh: '去看定义', en: 'Go to definitions' })}
                    </Button>
                  }
                />
              </Panel>
            ) : (
              <Drafts drafts={drafts} />
            )
          }
        </Loaded>
        <PublicationList />
      </Stack>
    </>
  );
}

function Loading() {
  return (
    <Panel flush>
      <ListSkeleton rows={3} />
    </Panel>
  );
}

/** Drafts that are left out are remembered, so that a new one is in by itself. */
function Drafts({ drafts }: { drafts: DefinitionEntry[] }) {
  const t = useText();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = drafts.filter((draft) => !left.has(addressOf(draft)));
  const plan = usePlan(chosen, stampOf(drafts));
  const publishing = usePublishing();
  const changes = chosen.length > 0 ? (plan.data?.changes ?? []) : [];
  const refused = plan.data?.problems.some(({ severity }) => severity === 'error') ?? true;
  const toggle = (address: string) => {
    const next = new Set(left);
    if (!next.delete(address)) next.add(address);
    setLeft(next);
  };
  return (
    <>
      <Panel
        title={t({ zh: '草稿', en: 'Drafts' })}
        flush
        actions={
          <Button
            variant="contained"
            startIcon={<Rocket size={15} />}
            disabled={chosen.length === 0 || refused || plan.isFetching}
            loading={publishing.busy}
            onClick={() => void publishing.run(chosen, changes)}
          >
            {t({ zh: '发布 {n} 项', en: 'Publish {n}' }, { n: chosen.length })}
          </Button>
        }
      >
        <Choices drafts={drafts} left={left} onToggle={toggle} />
      </Panel>
      {chosen.length > 0 && <Outlook query={plan} />}
    </>
  );
}

const stampOf = (drafts: DefinitionEntry[]) => drafts.map((each) => `${addressOf(each)}@${each.version}`).join();

interface ChoicesProps {
  drafts: DefinitionEntry[];
  left: ReadonlySet<string>;
  onToggle: (address: string) => void;
}

function Choices({ drafts, left, onToggle }: ChoicesProps) {
  const t = useText();
  return (
    <Stack component="ul" sx={{ listStyle: 'none', m: 0, px: 1, pb: 1, pt: 0 }}>
      {drafts.map((draft) => {
        const address = addressOf(draft);
        return (
          <Stack key={address} component="li" direction="row" sx={{ alignItems: 'center', gap: 0.5, minHeight: 36 }}>
            <Checkbox
              size="small"
              checked={!left.has(address)}
              onChange={() => onToggle(address)}
              slotProps={{ input: { 'aria-label': `${t(kindOf(draft.kind).label)} ${draft.key}` } }}
            />
            <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              <MuiLink component={Link} to={definitionPath(draft)} underline="hover" sx={{ fontWeight: 550 }}>
                {t(draft.label)}
              </MuiLink>{' '}
              <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
                {t(kindOf(draft.kind).label)} · {draft.key}
              </Typography>
            </Box>
          </Stack>
        );
      })}
    </Stack>
  );
}

function Outlook({ query }: { query: ReturnType<typeof usePlan> }) {
  return (
    <Loaded dense query={query} skeleton={<Loading />} frame={(error) => <Panel>{error}</Panel>}>
      {(plan) => <PlannedChanges plan={plan} />}
    </Loaded>
  );
}

function PlannedChanges({ plan: { problems, changes } }: { plan: Plan }) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <>
      {problems.length > 0 && (
        <Panel title={t(problemCount(problems.length))} flush>
          <ProblemList
            problems={problems}
            onOpen={(problem) => navigate(definitionPath(problem, pointerOf(problem)))}
            about={(problem) => (
              <Box component="span" sx={{ color: 'text.secondary' }}>
                {t(kindOf(problem.kind).label)} {problem.key}:{' '}
              </Box>
            )}
          />
        </Panel>
      )}
      <Panel title={t({ zh: '发布会做什么', en: 'What publishing would do' })} flush>
        {changes.length === 0 ? (
          <Typography variant="body2" sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
            {t({ zh: '这些草稿没有带来变化。', en: 'These drafts change nothing.' })}
          </Typography>
        ) : (
          <PlanView changes={changes} />
        )}
      </Panel>
    </>
  );
}

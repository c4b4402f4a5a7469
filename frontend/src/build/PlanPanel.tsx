/** What publishing this one draft would do, and the button that does it. */
import { Box, Button, Link as MuiLink, Typography } from '@mui/material';
import { Rocket } from 'lucide-react';
import { Link } from 'react-router-dom';
import { ListSkeleton, Loaded, Panel } from '@/components';
import { useText } from '@/i18n';
import { type Definition, usePlan } from './api';
import { PlanView } from './PlanView';
import { usePublishing } from './usePublishing';

export function PlanPanel({ definition, dirty }: { definition: Definition; dirty: boolean }) {
  const t = useText();
  const plan = usePlan([definition], `${definition.draft_at}@${definition.version}`);
  const publishing = usePublishing();
  const changes = plan.data?.changes ?? [];
  const refused = plan.data?.problems.some(({ severity }) => severity === 'error') ?? true;
  const others =
    plan.data?.problems.filter(({ kind, key }) => kind !== definition.kind || key !== definition.key) ?? [];
  return (
    <Panel title={t({ zh: '发布会做什么', en: 'What publishing would do' })} flush>
      <Loaded dense query={plan} skeleton={<ListSkeleton rows={2} />}>
        {() => (
          <>
            <PlanView changes={changes} />
            {changes.length === 0 && !refused && (
              <Typography variant="body2" sx={{ px: 2, pb: 1, color: 'text.secondary' }}>
                {t({ zh: '与已发布的内容相同。', en: 'The same as what is published.' })}
              </Typography>
            )}
            {others.length > 0 && (
              <Typography variant="body2" sx={{ px: 2, pt: 1, color: 'error.main' }}>
                {t({ zh: '还会让别的定义出错，详见', en: 'It would break other definitions; see ' })}
                <MuiLink component={Link} to="/build/publish">
                  {t({ zh: '发布', en: 'Publish' })}
                </MuiLink>
              </Typography>
            )}
            <Box sx={{ px: 2, py: 1.5 }}>
              <Button
                fullWidth
                variant="contained"
                startIcon={<Rocket size={15} />}
                disabled={refused || dirty || plan.isFetching}
                loading={publishing.busy}
                onClick={() => void publishing.run([definition], changes)}
              >
                {t({ zh: '发布', en: 'Publish' })}
              </Button>
              {(refused || dirty) && (
                <Typography variant="body2" sx={{ mt: 0.75, color: 'text.secondary' }}>
                  {dirty
                    ? t({ zh: '先保存草稿。', en: 'Save the draft first.' })
                    : t({ zh: '先解决问题，再发布。', en: 'Solve the problems first.' })}
                </Typography>
              )}
            </Box>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

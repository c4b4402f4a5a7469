/** Who gets it once it is started, with what is filled in so far. */
import { Box, Skeleton, Typography } from '@mui/material';
import { ErrorState } from '@/components';
import type { Values } from '@/forms';
import { useText } from '@/i18n';
import { ApiError } from '@/providers/http';
import { PredictionSteps } from '../NextPeople';
import { useStartPrediction } from './api';
import type { StartForm } from './types';

export function Next({ definition, data }: { definition: StartForm; data: Values }) {
  const t = useText();
  return (
    <Box component="section" aria-labelledby="start-next" sx={{ borderTop: 1, borderColor: 'divider', pt: 2 }}>
      <Typography id="start-next" variant="h4" component="h2" sx={{ mb: 1.5 }}>
        {t({ zh: '接下来', en: 'What comes next' })}
      </Typography>
      <Steps definition={definition} data={data} />
    </Box>
  );
}

function Steps({ definition: { flow, step }, data }: { definition: StartForm; data: Values }) {
  const t = useText();
  const query = useStartPrediction(flow, data);
  if (query.isPending) return <Skeleton variant="rounded" height={44} />;
  if (query.error instanceof ApiError && query.error.status === 422) {
    const said = t({ zh: '填完后可以看到交给谁。', en: 'Who gets it is said once what is filled in fits.' });
    return <Typography sx={{ color: 'text.secondary' }}>{said}</Typography>;
  }
  if (query.isError) return <ErrorState dense error={query.error} retry={() => void query.refetch()} />;
  const { tasks, ...rest } = query.data;
  const own = tasks.findIndex(({ node_id }) => node_id === step?.node_id);
  return <PredictionSteps prediction={{ ...rest, tasks: tasks.filter((_, index) => index !== own) }} />;
}

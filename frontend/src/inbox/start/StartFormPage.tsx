/** /start/:flow — the form that starts a flow; `?draft=` goes on with what was half filled in. */
import { Box, Button, Paper } from '@mui/material';
import { useEffect, useRef, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { ErrorState, PageSkeleton, useSayError } from '@/components';
import { useText } from '@/i18n';
import { sheet } from '../sheet';
import { dropStartDraft, useStartDraftsChanged, useStartForm } from './api';
import { StartFormView } from './StartFormView';

export default function StartFormPage() {
  const { flow = '' } = useParams();
  return <OneForm key={flow} flow={flow} />;
}

function OneForm({ flow }: { flow: string }) {
  const [params, setParams] = useSearchParams();
  // The address names the draft once there is one; what is on the page stays.
  const [opened] = useState(() => params.get('draft'));
  const query = useStartForm(flow, opened);
  const here = useMounted();
  const onKept = (id: string | null) => here.current && setParams(id ? { draft: id } : {}, { replace: true });
  if (query.isPending) return <PageSkeleton />;
  if (query.isError) return <NotOpened error={query.error} draft={opened} retry={() => void query.refetch()} />;
  return (
    <Paper variant="outlined" sx={sheet}>
      <StartFormView definition={query.data.form} draft={query.data.draft} onKept={onKept} />
    </Paper>
  );
}

/** Whether the page is still there: what is kept on leaving it must not bring the reader back. */
function useMounted() {
  const mounted = useRef(false);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  return mounted;
}

/** What cannot be started any more is no reason to keep its draft for ever. */
function NotOpened({ error, draft, retry }: { error: unknown; draft: string | null; retry: () => void }) {
  const t = useText();
  const say = useSayError();
  const navigate = useNavigate();
  const changed = useStartDraftsChanged();
  const discard = async (id: string) => {
    await dropStartDraft(id);
    changed();
    navigate('/inbox?box=drafts');
  };
  return (
    <Box>
      <ErrorState error={error} retry={retry} />
      {draft && (
        <Box sx={{ textAlign: 'center' }}>
          <Button color="inherit" onClick={() => void discard(draft).catch(say)}>
            {t({ zh: '丢弃草稿', en: 'Discard' })}
          </Button>
        </Box>
      )}
    </Box>
  );
}

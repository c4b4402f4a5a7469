/** A form that starts a flow: what is to be filled in, who comes next, and the button. What is half filled in is kept. */
import { Box, Button, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Send } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNotify } from 'react-admin';
import { Link, useNavigate } from 'react-router-dom';
import { ErrorLine } from '@/components';
import { newCommandId } from '@/flows/commandId';
import { useAsking } from '@/flows/useStarting';
import { FormView, fieldsUnder, formUnder, useLiveForm, withoutShownColumns } from '@/forms';
import { useText } from '@/i18n';
import { useActions } from '@/providers/actions';
import { useMe } from '@/providers/me';
import { resourceOf } from '@/records/paths';
import { useTasksChanged } from '../commands';
import { DraftNote, RestoredDraft } from '../DraftLine';
import { focusField, focusFirstError } from '../focus';
import { foot } from '../sheet';
import { startWithForm, useStartDraftsChanged } from './api';
import { Next } from './Next';
import { START } from './paths';
import type { StartDraft, StartForm } from './types';
import { useStartDraft } from './useStartDraft';

interface StartFormViewProps {
  definition: StartForm;
  draft: StartDraft | null;
  /** The draft with this id is kept; null: none is. */
  onKept: (id: string | null) => void;
}

/** The form and its fields as the reader may fill them in. */
function useDefinition({ form, fields, rights }: StartForm) {
  return useMemo(
    () => ({ form: formUnder(form, rights), fields: fieldsUnder(fields, rights) }),
    [form, fields, rights],
  );
}

/** The start, and what follows from it on this page. */
function useStarted(definition: StartForm) {
  const t = useText();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const tasksChanged = useTasksChanged();
  const draftsChanged = useStartDraftsChanged();
  return (instance: string) => {
    notify(t({ zh: '已发起', en: 'Started' }), { type: 'success' });
    void tasksChanged();
    draftsChanged();
    void client.invalidateQueries({ queryKey: [resourceOf(definition.entity)] });
    navigate(`/instances/${instance}`, { replace: true });
  };
}

export function StartFormView({ definition, draft: found, onKept }: StartFormViewProps) {
  const t = useText();
  const [id] = useState(() => found?.id ?? newCommandId());
  const { form: sections, fields } = useDefinition(definition);
  const form = useLiveForm(sections, fields, definition.values, useMe(), found?.data);
  const [sent, setSent] = useState(false);
  const started = useStarted(definition);
  const button = useRef<HTMLButtonElement>(null);
  const whole = () => withoutShownColumns(form.data(), fields);
  const start = useAsking(
    (data: ReturnType<typeof whole>, chosen) => startWithForm(definition.flow, { id, data, chosen }),
    (instance) => {
      setSent(true);
      started(instance);
    },
    (problem) => {
      const [first] = Object.keys(form.refuse(problem));
      if (first) focusField(first);
    },
  );
  const entered = withoutShownColumns(form.entered(), fields);
  const keeping = !sent && !start.pending;
  const draft = useStartDraft({ id, flow: definition.flow, data: entered, keeping, found, onKept });
  const submit = () => (form.validate() ? start.begin(whole()) : focusFirstError());
  useActions([
    {
      key: 'start',
      label: { zh: '发起（回车确认）', en: 'Start (Enter confirms)' },
      icon: Send,
      shortcut: 'a',
      run: () => button.current?.focus(),
    },
  ]);
  return (
    <Box
      component="article"
      aria-labelledby="start-title"
      sx={{ display: 'flex', flexDirection: 'column', minHeight: '100%', borderRadius: 'inherit' }}
    >
      <Head definition={definition} />
      <Stack spacing={3} sx={{ p: { xs: 2, sm: 3 }, flex: 1 }}>
        <RestoredDraft draft={draft} onDrop={form.reset} />
        <FormView
          form={sections}
          fields={fields}
          values={form.values}
          stored={definition.values}
          labels={definition.values._labels}
          state={form.state}
          errors={form.errors}
          heading="h2"
          onChange={form.change}
        />
        <Next definition={definition} data={form.data()} />
      </Stack>
      <Box role="group" aria-label={t({ zh: '发起', en: 'Start' })} sx={bar}>
        <ErrorLine error={start.error} />
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end' }}>
          <DraftNote draft={draft} />
          <Button
            ref={button}
            variant="contained"
            startIcon={<Send size={15} />}
            loading={start.pending}
            disabled={sent}
            onClick={submit}
            sx={{ minHeight: 38, minWidth: 92, flex: { xs: '1 1 auto', sm: 'none' } }}
          >
            {t({ zh: '发起', en: 'Start' })}
          </Button>
        </Box>
      </Box>
      {start.dialog}
    </Box>
  );
}

const bar = { ...foot, borderBottomLeftRadius: 'inherit', borderBottomRightRadius: 'inherit', py: 1.5 } as const;

function Head({ definition }: { definition: StartForm }) {
  const t = useText();
  const back = t({ zh: '返回', en: 'Back' });
  const title = t(definition.label);
  useEffect(() => {
    document.title = `${title} · Weft`;
  }, [title]);
  return (
    <Box component="header" sx={{ px: { xs: 2, sm: 3 }, pt: 2, pb: 1.5, borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <Tooltip title={back}>
          <IconButton component={Link} to={START} aria-label={back} sx={{ ml: -0.75 }}>
            <ArrowLeft size={18} />
          </IconButton>
        </Tooltip>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography id="start-title" variant="h2" component="h1" sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {definition.description && <Box sx={{ color: 'text.secondary' }}>{t(definition.description)}</Box>}
        </Box>
      </Box>
    </Box>
  );
}

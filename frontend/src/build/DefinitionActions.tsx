/** Buttons of the editor: save, discard, remove. */
import { Button, IconButton, Tooltip } from '@mui/material';
import { Save, Trash2, Undo2 } from 'lucide-react';
import { useNavigate } from 'react-router-dom';
import { useConfirm, useSayError } from '@/components';
import { useText } from '@/i18n';
import { type Definition, useDiscardDraft, useDraftRemoval } from './api';
import { kindOf } from './kinds';
import { type Draft, servedText } from './useDraft';
import type { Saving } from './useSaving';

interface Props {
  definition: Definition;
  draft: Draft;
  saving: Saving;
}

export function DefinitionActions({ definition, draft, saving }: Props) {
  const t = useText();
  const drafted = definition.draft !== null || definition.removed;
  const unborn = definition.version === 0 && !drafted;
  return (
    <>
      {drafted && <Discard definition={definition} draft={draft} />}
      {definition.version > 0 && !definition.removed && <Remove definition={definition} />}
      {!definition.removed && (
        <Tooltip title="Ctrl+S">
          <span>
            <Button
              variant="contained"
              startIcon={<Save size={15} />}
              disabled={!draft.dirty && !unborn}
              loading={saving.busy}
              onClick={saving.save}
            >
              {t({ zh: '保存草稿', en: 'Save draft' })}
            </Button>
          </span>
        </Tooltip>
      )}
    </>
  );
}

function Discard({ definition, draft }: { definition: Definition; draft: Draft }) {
  const t = useText();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const say = useSayError();
  const discard = useDiscardDraft(definition);
  const published = definition.version > 0;
  const run = async () => {
    const sure = await confirm({
      title: t({ zh: '放弃草稿？', en: 'Discard the draft?' }),
      body: published
        ? t(
            { zh: '回到已发布的版本 {version}。', en: 'Back to the published version {version}.' },
            { version: definition.version },
          )
        : t({ zh: '它还没有发布过，会整个消失。', en: 'It was never published and will be gone.' }),
      action: t({ zh: '放弃草稿', en: 'Discard' }),
      destructive: true,
    });
    if (!sure) return;
    const before = servedText({ ...definition, draft: null });
    draft.setText(before);
    draft.settle(before);
    discard.mutate(undefined, {
      onSuccess: () =>
        !published && navigate(kindOf(definition.kind).pages?.list ?? '/build/definitions', { replace: true }),
      onError: say,
    });
  };
  return (
    <Button variant="outlined" startIcon={<Undo2 size={15} />} loading={discard.isPending} onClick={run}>
      {t({ zh: '放弃草稿', en: 'Discard draft' })}
    </Button>
  );
}

function Remove({ definition }: { definition: Definition }) {
  const t = useText();
  const confirm = useConfirm();
  const say = useSayError();
  const remove = useDraftRemoval(definition);
  const label = t({ zh: '移除这个定义', en: 'Remove this definition' });
  const run = async () => {
    const sure = await confirm({
      title: t({ zh: '起草移除？', en: 'Draft the removal?' }),
      body: t({
        zh: '现在什么都不会变；发布时才移除，发布前会列出受影响的定义。未发布的修改会丢失。',
        en: 'Nothing changes yet: it goes when published, and the plan lists what it touches first. An unpublished edit is lost.',
      }),
      action: t({ zh: '起草移除', en: 'Draft removal' }),
      destructive: true,
    });
    if (sure) remove.mutate(undefined, { onError: say });
  };
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={run} disabled={remove.isPending}>
        <Trash2 size={17} />
      </IconButton>
    </Tooltip>
  );
}

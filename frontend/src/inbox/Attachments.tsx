/** The files of a task or a run: who attached them and when, those on their way, and where more are put. */
import { Box, Button, IconButton, LinearProgress, Link, Stack, Tooltip } from '@mui/material';
import { Paperclip, RotateCcw, Trash2, Upload as UploadIcon, X } from 'lucide-react';
import { type ChangeEvent, type DragEvent, type RefObject, useRef, useState } from 'react';
import { errorText, Time, useConfirm, useFormat, useSayError } from '@/components';
import { useText } from '@/i18n';
import { api } from '@/providers/http';
import { useCommand } from './commands';
import type { Attachment, TaskDetail } from './types';
import { MOST_MB, type Upload, type Uploads, useUploads } from './useUploads';

const KB = 1024;
/** Where a finger points there is nothing to drop. */
const NO_DROPPING = '@media (pointer: coarse)';
const UNSEEN = { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' };
const listStyle = { listStyle: 'none', m: 0, p: 0 };
const faint = { color: 'text.secondary', fontSize: 12.5 };
const row = { display: 'flex', gap: 1, alignItems: 'center', minHeight: 32 };

function useSize(): (bytes: number) => string {
  const format = useFormat();
  return (bytes) =>
    bytes < KB * KB ? `${Math.max(1, Math.round(bytes / KB))} KB` : `${format.number(bytes / KB / KB, 1)} MB`;
}

export function Attachments({ task }: { task: TaskDetail }) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Stack spacing={1.5}>
      <AttachmentList attachments={task.attachments ?? []} onRemoved={() => button.current?.focus()} />
      <Uploading to={`/api/tasks/${task.id}/attachments`} may={!!task.may_attach} button={button} />
    </Stack>
  );
}

interface ListProps {
  attachments: Attachment[];
  /** What they are attached to, where that is not said around them: the id of its heading. */
  labelledBy?: string;
  onRemoved: () => void;
}

/** Files that are there, the reader's own with a button that takes them away. */
export function AttachmentList({ attachments, labelledBy, onRemoved }: ListProps) {
  if (attachments.length === 0) return null;
  return (
    <Stack component="ul" aria-labelledby={labelledBy} spacing={0.5} sx={listStyle}>
      {attachments.map((one) => (
        <AttachmentLine key={one.id} attachment={one} onRemoved={onRemoved} />
      ))}
    </Stack>
  );
}

interface UploadingProps {
  /** The address they are posted to. */
  to: string;
  /** The reader may attach more; what is on its way is shown to its end in any case. */
  may: boolean;
  /** Where the button is to be found again. */
  button: RefObject<HTMLButtonElement | null>;
}

/** Files on their way, and where more are put. */
export function Uploading({ to, may, button }: UploadingProps) {
  const uploads = useUploads(to);
  return (
    <>
      {uploads.uploads.length > 0 && (
        <Stack component="ul" spacing={0.5} sx={listStyle}>
          {uploads.uploads.map((one) => (
            <UploadLine key={one.id} upload={one} uploads={uploads} />
          ))}
        </Stack>
      )}
      {may && <DropArea button={button} uploads={uploads} />}
    </>
  );
}

function AttachmentLine({ attachment, onRemoved }: { attachment: Attachment; onRemoved: () => void }) {
  const t = useText();
  const size = useSize();
  const { name, url, by, at, removable } = attachment;
  return (
    <Box component="li" sx={row}>
      <Paperclip size={15} aria-hidden style={{ flex: 'none' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Link href={url} download={name} underline="always" sx={{ overflowWrap: 'anywhere', mr: 1 }}>
          {name}
        </Link>
        <Box component="span" sx={faint}>
          {[attachment.size != null && size(attachment.size), by?.name].filter(Boolean).join(' · ')}
          {at && (
            <>
              {' · '}
              <Time value={at} />
            </>
          )}
        </Box>
      </Box>
      {removable && <RemoveButton attachment={attachment} label={t(REMOVE, { name })} onRemoved={onRemoved} />}
    </Box>
  );
}

const REMOVE = { zh: '移除 {name}', en: 'Remove {name}' };

interface RemoveProps {
  attachment: Attachment;
  label: string;
  onRemoved: () => void;
}

function RemoveButton({ attachment, label, onRemoved }: RemoveProps) {
  const t = useText();
  const confirm = useConfirm();
  const sayError = useSayError();
  const remove = useCommand(async () => {
    await api.delete(`/api/attachments/${attachment.id}`);
    onRemoved(); // a live update may take this line away before the answer is looked at
  });
  const ask = async () => {
    const question = {
      title: t({ zh: '移除“{name}”？', en: 'Remove “{name}”?' }, { name: attachment.name }),
      body: t({ zh: '其他人也不再能看到它。', en: 'Nobody will see it any more.' }),
      action: t({ zh: '移除', en: 'Remove' }),
      destructive: true,
    };
    if (await confirm(question)) remove.mutate(undefined, { onError: sayError });
  };
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} disabled={remove.isPending} onClick={() => void ask()}>
        <Trash2 size={15} />
      </IconButton>
    </Tooltip>
  );
}

function UploadLine({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const t = useText();
  const size = useSize();
  const { file, error, sent } = upload;
  const { name } = file;
  const said = error ? errorText(error, t) : null;
  // What is refused for what it is would be refused again.
  const again = said !== null && !said.code.startsWith('attachment.');
  const away = said
    ? t({ zh: '不再显示 {name}', en: 'Dismiss {name}' }, { name })
    : t({ zh: '取消上传 {name}', en: 'Cancel {name}' }, { name });
  return (
    <Box component="li" sx={row}>
      <UploadIcon size={15} aria-hidden style={{ flex: 'none' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box component="span" sx={{ overflowWrap: 'anywhere', mr: 1 }}>
          {name}
        </Box>
        <Box component="span" sx={faint}>
          {size(file.size)}
        </Box>
        {said ? (
          <Box role="alert" sx={{ color: 'error.main', fontSize: 13 }}>
            {said.message} {said.suggestion}
          </Box>
        ) : (
          <LinearProgress
            variant={sent > 0 && sent < 1 ? 'determinate' : 'indeterminate'}
            value={Math.round(sent * 100)}
            aria-label={t({ zh: '正在上传 {name}', en: 'Uploading {name}' }, { name })}
            sx={{ mt: 0.5 }}
          />
        )}
      </Box>
      {again && (
        <Button size="small" startIcon={<RotateCcw size={14} />} onClick={() => uploads.retry(upload)}>
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
      )}
      <Tooltip title={away}>
        <IconButton size="small" aria-label={away} onClick={() => uploads.drop(upload)}>
          <X size={15} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}

const carriesFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files');

/** Files are chosen with the button, or dropped anywhere within the frame. */
function DropArea({ button, uploads }: { button: RefObject<HTMLButtonElement | null>; uploads: Uploads }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    uploads.add(event.target.files ?? []);
    event.target.value = ''; // so that the same file can be chosen again
  };
  const drag = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(false);
    uploads.add(event.dataTransfer.files);
  };
  const label = t({ zh: '添加附件', en: 'Attach files' });
  const { arrived } = uploads;
  return (
    <Box
      data-testid="drop-area"
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={leave}
      onDrop={drop}
      sx={{
        position: 'relative',
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        p: 1.5,
        border: 1,
        borderStyle: 'dashed',
        borderRadius: 1,
        borderColor: over ? 'primary.main' : 'divider',
        bgcolor: over ? 'action.hover' : undefined,
      }}
    >
      <Button
        ref={button}
        variant="outlined"
        startIcon={<Paperclip size={15} />}
        onClick={() => input.current?.click()}
        sx={{ flex: 'none' }}
      >
        {label}
      </Button>
      <input ref={input} type="file" multiple hidden aria-label={label} onChange={choose} />
      <Box component="span" sx={faint}>
        <Box component="span" sx={{ [NO_DROPPING]: { display: 'none' } }}>
          {t({ zh: '或拖到这里，', en: 'or drop them here; ' })}
        </Box>
        {t({ zh: '每个最多 {n} MB', en: 'at most {n} MB each' }, { n: MOST_MB })}
      </Box>
      <Box role="status" sx={UNSEEN}>
        {arrived && t({ zh: '已添加 {name}', en: '{name} is attached' }, { name: arrived })}
      </Box>
    </Box>
  );
}

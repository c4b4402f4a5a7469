/** An announcement of holidays pasted as lines, with what was understood of it before it is put into the draft. */
import { Box, TextField, Typography } from '@mui/material';
import { useMemo, useState } from 'react';
import { FormDialog } from '@/components';
import { useText } from '@/i18n';
import { monospace } from '@/theme';
import { daysIn, type Special } from './calendarDocument';
import { readLines, withLines } from './holidayLines';

interface ImportDialogProps {
  specials: Special[];
  onImport: (specials: Special[]) => void;
  onClose: () => void;
}

const EXAMPLE = '2027-01-01..2027-01-03 元旦\n2027-10-01..2027-10-07 国庆节\n2027-10-09 国庆节调休上班';

export function ImportDialog({ specials, onImport, onClose }: ImportDialogProps) {
  const t = useText();
  const [text, setText] = useState('');
  const read = useMemo(() => readLines(text), [text]);
  return (
    <FormDialog
      open
      title={t({ zh: '导入假日与调休', en: 'Import holidays and make-up days' })}
      action={t({ zh: '放进草稿', en: 'Put into the draft' })}
      ready={read.specials.length > 0 && read.unread.length === 0}
      changed={text !== ''}
      onClose={onClose}
      onSubmit={async () => onImport(withLines(specials, read.specials))}
    >
      <TextField
        label={t({ zh: '每行一段日子', en: 'One line for each run of days' })}
        value={text}
        onChange={(event) => setText(event.target.value)}
        multiline
        minRows={6}
        maxRows={16}
        autoFocus
        placeholder={EXAMPLE}
        helperText={t({
          zh: '以 + 开头，或写着“上班”“调休”的日子是要上班的。已有的同一天以这里为准。',
          en: 'A day is worked when its line begins with + or says “make-up”. What is said here replaces what was known of those days.',
        })}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { style: { fontFamily: monospace, fontSize: 13 } } }}
      />
      <Box role="status">
        {read.specials.length > 0 && <Understood specials={read.specials} />}
        {read.unread.map(({ line, text: words }) => (
          <Typography key={line} variant="body2" sx={{ color: 'error.main', overflowWrap: 'anywhere' }}>
            {t({ zh: '第 {line} 行看不懂：{words}', en: 'Line {line} is not understood: {words}' }, { line, words })}
          </Typography>
        ))}
      </Box>
    </FormDialog>
  );
}

function Understood({ specials }: { specials: Special[] }) {
  const t = useText();
  const count = (kind: Special['kind']) =>
    specials.filter((each) => each.kind === kind).reduce((sum, each) => sum + daysIn(each).length, 0);
  return (
    <Typography variant="body2">
      {t(
        { zh: '{off} 天放假，{worked} 天上班', en: 'Days off: {off}. Days worked: {worked}.' },
        { off: count('holiday'), worked: count('makeup') },
      )}
    </Typography>
  );
}

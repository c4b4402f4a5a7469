/** A condition, put together or written: two tabs over one condition, and one undo for both. */
import { Alert, Box, Button, IconButton, Skeleton, Stack, Tab, Tabs, Tooltip, Typography } from '@mui/material';
import { Redo2, Undo2 } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useId } from 'react';
import { useStore } from 'react-admin';
import { ErrorLine } from '@/components';
import { type Text, useLocale, useText } from '@/i18n';
import { useLanguage, type Wanted } from './api';
import { ConditionBuilder } from './builder/ConditionBuilder';
import { isUnfinished } from './builder/items';
import { useSubjects } from './builder/subjects';
import { ExpressionEditor } from './ExpressionEditor';
import type { About } from './tree';
import type { CheckState } from './useChecked';
import { type Condition, useCondition } from './useCondition';

export interface ConditionFieldProps extends Wanted {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Whether the text says what is shown: false while the server writes the text of what was put together. */
  onSettled?: (settled: boolean) => void;
  about: About;
  /** The entity whose fields it names. */
  entity: string | null;
  lines?: 'one' | 'many';
  onSubmit?: () => void;
  hint?: string;
  readOnly?: boolean;
  /** Offers to put it on trial with a record of the entity. */
  trial?: boolean;
}

type Side = 'builder' | 'text';
const SIDES: [Side, Text][] = [
  ['builder', { zh: '条件搭建', en: 'Builder' }],
  ['text', { zh: '文本', en: 'Text' }],
];

/** Anything but a condition is written only. */
const canBuild = ({ expects }: Wanted) => expects === 'boolean';

export function ConditionField(props: ConditionFieldProps) {
  const { label, about, entity, expects = 'boolean', target } = props;
  const t = useText();
  const locale = useLocale();
  const wanted: Wanted = { ...(expects ? { expects } : {}), ...(target ? { target } : {}) };
  const language = useLanguage(about, wanted);
  const subjects = useSubjects(about, entity);
  const [kept, setSide] = useStore<Side>('conditions.side', 'builder');
  const side: Side = canBuild(wanted) ? kept : 'text';
  const condition = useCondition({ ...props, language, locale, pictured: side === 'builder' });
  const { state, setText, setRoot, learn } = condition;
  const id = useId();
  const { onSettled } = props;
  const settled = state.truth === 'text' || (state.settled && state.problems.length === 0);
  useEffect(() => onSettled?.(settled), [settled, onSettled]);
  const onChecked = useCallback(
    (checked: CheckState) => {
      if (checked.answer && checked.current) learn(checked.text, checked.answer);
    },
    [learn],
  );
  const keys = (event: KeyboardEvent) => historyKeys(event, condition);
  return (
    <Stack spacing={1} onKeyDownCapture={keys} sx={{ minWidth: 0 }}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1 }}>
        {canBuild(wanted) ? (
          <Tabs
            value={side}
            onChange={(_, next: Side) => setSide(next)}
            aria-label={t({ zh: '{label}的写法', en: 'Way of writing {label}' }, { label })}
            sx={{ flex: 1 }}
          >
            {SIDES.map(([key, name]) => (
              <Tab key={key} value={key} label={t(name)} id={`${id}-${key}`} aria-controls={`${id}-panel`} />
            ))}
          </Tabs>
        ) : (
          <Box sx={{ flex: 1 }} />
        )}
        {!props.readOnly && <HistoryButtons condition={condition} />}
      </Stack>
      <Box role="tabpanel" id={`${id}-panel`} aria-labelledby={canBuild(wanted) ? `${id}-${side}` : undefined}>
        {side === 'builder' ? (
          <Picture condition={condition} onText={() => setSide('text')}>
            {state.root && (
              <ConditionBuilder
                label={label}
                root={state.root}
                onChange={setRoot}
                about={about}
                wanted={wanted}
                subjects={subjects}
                readOnly={props.readOnly ?? false}
              />
            )}
          </Picture>
        ) : state.truth === 'picture' && state.problems.length > 0 ? (
          <Alert
            severity="warning"
            variant="outlined"
            action={<ToSide text={BACK} onClick={() => setSide('builder')} />}
          >
            {t({
              zh: '搭建的条件里有写错的文字，改正后才有文本。',
              en: 'Words in the builder are wrong; once they are mended there is a text.',
            })}
          </Alert>
        ) : (
          <ExpressionEditor
            label={label}
            value={state.text}
            onChange={setText}
            onChecked={onChecked}
            about={about}
            {...wanted}
            lines={props.lines ?? 'many'}
            onUndo={condition.undo}
            onRedo={condition.redo}
            {...(props.onSubmit ? { onSubmit: props.onSubmit } : {})}
            hint={props.hint ?? ''}
            readOnly={props.readOnly ?? false}
            trial={props.trial && entity && !('flow' in about) ? entity : undefined}
          />
        )}
      </Box>
    </Stack>
  );
}

/** Undo and redo reach the one history from every input of the field. */
function historyKeys(event: KeyboardEvent, { undo, redo }: Condition): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.nativeEvent.isComposing) return;
  const key = event.key.toLowerCase();
  const run = key === 'y' || (key === 'z' && event.shiftKey) ? redo : key === 'z' ? undo : null;
  if (!run) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}

function HistoryButtons({ condition: { undo, redo, undoLabel, redoLabel } }: { condition: Condition }) {
  const t = useText();
  const buttons = [
    { name: { zh: '撤销', en: 'Undo' }, about: undoLabel, run: undo, icon: Undo2, key: 'Ctrl+Z' },
    { name: { zh: '重做', en: 'Redo' }, about: redoLabel, run: redo, icon: Redo2, key: 'Ctrl+Y' },
  ];
  return buttons.map(({ name, about, run, icon: Icon, key }) => {
    const said = about ? `${t(name)}${t({ zh: '：', en: ': ' })}${t(about)}` : t(name);
    return (
      <Tooltip key={key} title={`${said} (${key})`}>
        <span>
          <IconButton aria-label={said} disabled={!about} onClick={run}>
            <Icon size={15} />
          </IconButton>
        </span>
      </Tooltip>
    );
  });
}

const SHOW_TEXT: Text = { zh: '看文本', en: 'Show the text' };
const BACK: Text = { zh: '回到搭建', en: 'Back to the builder' };

function ToSide({ text, onClick }: { text: Text; onClick: () => void }) {
  const t = useText();
  return (
    <Button color="inherit" onClick={onClick}>
      {t(text)}
    </Button>
  );
}

interface PictureProps {
  condition: Condition;
  onText: () => void;
  children: React.ReactNode;
}

/** The builder, and what keeps the text from being a picture or the picture from being a text. */
function Picture({ condition: { state, error }, onText, children }: PictureProps) {
  const t = useText();
  if (!state.root) {
    if (error) return <ErrorLine error={error} />;
    if (!state.settled) return <Skeleton variant="rounded" height={96} />;
    return (
      <Alert severity="warning" variant="outlined" action={<ToSide text={SHOW_TEXT} onClick={onText} />}>
        {t({ zh: '文本里有问题，改正后才能搭建。', en: 'Something is wrong with the text; mend it to build with it.' })}
      </Alert>
    );
  }
  return (
    <Stack spacing={1}>
      {children}
      <Stack role="status" spacing={0.5}>
        <ErrorLine error={error} />
        {isUnfinished(state.root) && (
          <Typography variant="body2" sx={{ color: 'text.secondary', fontSize: 13 }}>
            {t({ zh: '还缺值的条件暂不算在内。', en: 'Conditions that miss a value are left out for now.' })}
          </Typography>
        )}
        {state.truth === 'picture' &&
          state.problems.map((problem, index) => (
            <Typography key={index} variant="body2" sx={{ color: 'error.main', fontSize: 13 }}>
              {t(problem.message)}
            </Typography>
          ))}
      </Stack>
    </Stack>
  );
}

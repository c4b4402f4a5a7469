/** The expressions of a definition, each with what it says, opened in the condition builder or as text. */
import { Box, Button, ButtonBase, Menu, MenuItem, Stack, Typography } from '@mui/material';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { FormDialog, Panel } from '@/components';
import { ConditionField } from '@/expressions';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { monospace } from '@/theme';
import type { Definition } from './api';
import { type ExpressionPlace, expressionPlaces, withExpression } from './conditions';
import { printDocument } from './documents';
import type { Draft } from './useDraft';

export function ConditionsPanel({ definition, draft }: { definition: Definition; draft: Draft }) {
  const t = useText();
  const metadata = useMetadata();
  const { kind, key } = definition;
  const places = useMemo(
    () => expressionPlaces(kind, draft.document, { key, metadata }),
    [kind, key, draft.document, metadata],
  );
  const [open, setOpen] = useState<ExpressionPlace | null>(null);
  const filled = places.filter(({ text }) => text.trim());
  const blank = places.filter(({ text }) => !text.trim());
  if (places.length === 0) return null;
  const save = (text: string) => {
    if (draft.document && open) draft.setText(`${printDocument(withExpression(draft.document, open, text))}\n`);
  };
  return (
    <Panel
      title={t({ zh: '条件与表达式', en: 'Conditions and expressions' })}
      flush
      actions={blank.length > 0 && !definition.removed && <AddMenu places={blank} onChoose={setOpen} />}
    >
      <Stack component="ul" sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 360, overflow: 'auto' }}>
        {filled.map((place) => (
          <Box component="li" key={place.path.join('/')} sx={{ borderTop: 1, borderColor: 'divider' }}>
            <PlaceButton place={place} onOpen={() => setOpen(place)} disabled={definition.removed} />
          </Box>
        ))}
      </Stack>
      {filled.length === 0 && (
        <Typography variant="body2" sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
          {t({ zh: '还没有条件。', en: 'None yet.' })}
        </Typography>
      )}
      {open && <PlaceDialog key={open.path.join('/')} place={open} onClose={() => setOpen(null)} onSave={save} />}
    </Panel>
  );
}

function PlaceButton({ place, onOpen, disabled }: { place: ExpressionPlace; onOpen: () => void; disabled: boolean }) {
  const t = useText();
  return (
    <ButtonBase
      disabled={disabled}
      onClick={onOpen}
      sx={{ display: 'block', width: '100%', textAlign: 'left', px: 2, py: 1, '&:hover': { bgcolor: 'action.hover' } }}
    >
      <Typography component="span" variant="body2" sx={{ display: 'block', fontWeight: 550 }}>
        {t(place.label)}
      </Typography>
      <Box
        component="span"
        sx={{
          display: 'block',
          fontFamily: monospace,
          fontSize: 12,
          color: 'text.secondary',
          overflowWrap: 'anywhere',
        }}
      >
        {place.text}
      </Box>
    </ButtonBase>
  );
}

function AddMenu({ places, onChoose }: { places: ExpressionPlace[]; onChoose: (place: ExpressionPlace) => void }) {
  const t = useText();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        startIcon={<Plus size={14} />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ px: 1 }}
      >
        {t({ zh: '加条件', en: 'Add' })}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 360 } } }}
      >
        {places.map((place) => (
          <MenuItem
            key={place.path.join('/')}
            onClick={() => {
              setAnchor(null);
              onChoose(place);
            }}
          >
            {t(place.label)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

interface PlaceDialogProps {
  place: ExpressionPlace;
  onClose: () => void;
  onSave: (text: string) => void;
}

function PlaceDialog({ place, onClose, onSave }: PlaceDialogProps) {
  const t = useText();
  const [text, setText] = useState(place.text);
  const [settled, setSettled] = useState(true);
  const { about, entity, expects, target } = place;
  return (
    <FormDialog
      open
      wide
      ready={settled}
      changed={text !== place.text || !settled}
      title={t(place.label)}
      action={t({ zh: '放进草稿', en: 'Put into the draft' })}
      onClose={onClose}
      onSubmit={async () => onSave(text)}
    >
      <ConditionField
        label={t(expects === undefined ? { zh: '条件', en: 'Condition' } : { zh: '表达式', en: 'Expression' })}
        value={text}
        onChange={setText}
        onSettled={setSettled}
        about={about}
        entity={entity}
        {...(expects === undefined ? {} : { expects })}
        {...(target ? { target } : {})}
        trial
      />
    </FormDialog>
  );
}

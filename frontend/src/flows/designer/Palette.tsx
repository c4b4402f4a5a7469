/** Everything that can be drawn: what business people need first, the rest of BPMN behind a button. Dragged, or clicked to go on after
 * what is chosen. */
import { Box, Button, ButtonBase, Menu, MenuItem, Tooltip, Typography } from '@mui/material';
import { ChevronDown, ChevronRight, Plus } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useStore } from 'react-admin';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';
import { isActivity, isFrame, NODE_KINDS, type NodeKind } from '../nodeTypes';
import type { FlowNode } from '../types';
import { DRAGGED } from './DesignerCanvas';
import { useDesign } from './design';
import type { Where } from './flowDocument';
import { GROUPS } from './groups';

/** Where a click puts it: onto what is chosen, into it, or after it. */
export function placeFor(kind: NodeKind, chosen: FlowNode | undefined, edge: string | null): Where {
  if (edge) return { within: edge };
  if (!chosen) return {};
  if (kind.type === 'boundary_event') return isActivity(chosen) ? { host: chosen.id } : {};
  const inside = chosen.type === 'ad_hoc_sub_process' || kind.type === 'event_sub_process';
  return isFrame(chosen) && inside ? { parent: chosen.id } : { after: chosen.id };
}

function usePlace() {
  const { flow, chosen, add } = useDesign();
  const node = chosen?.kind === 'node' ? flow.nodes.find(({ id }) => id === chosen.id) : undefined;
  const edge = chosen?.kind === 'edge' ? chosen.id : null;
  return (kind: NodeKind) => add(kind.type, placeFor(kind, node, edge));
}

export function Palette() {
  const t = useText();
  const [advanced, setAdvanced] = useStore('flows.advanced', false);
  const place = usePlace();
  const groups = GROUPS.flatMap((group) => {
    const kinds = NODE_KINDS.filter((kind) => kind.group === group.key && (advanced || !kind.advanced));
    return kinds.length ? [{ ...group, kinds }] : [];
  });
  return (
    <Box
      component="nav"
      aria-label={t({ zh: '可以画的', en: 'What can be drawn' })}
      sx={{ p: 1.25, overflow: 'auto', height: '100%' }}
    >
      {groups.map(({ key, label, kinds }) => (
        <Box key={key} role="group" aria-label={t(label)} sx={{ mb: 1.25 }}>
          <Typography variant="caption" component="div" sx={{ color: 'text.secondary', px: 0.5, pb: 0.25 }} aria-hidden>
            {t(label)}
          </Typography>
          <Box sx={{ display: 'grid', gap: '2px' }}>
            {kinds.map((kind) => (
              <Entry key={kind.type} kind={kind} onPlace={() => place(kind)} />
            ))}
          </Box>
        </Box>
      ))}
      <Button
        fullWidth
        aria-expanded={advanced}
        startIcon={advanced ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        onClick={() => setAdvanced(!advanced)}
        sx={{ justifyContent: 'flex-start', color: 'text.secondary' }}
      >
        {t({ zh: '高级（BPMN）', en: 'Advanced (BPMN)' })}
      </Button>
    </Box>
  );
}

function Entry({ kind, onPlace }: { kind: NodeKind; onPlace: () => void }) {
  const t = useText();
  const tokens = useTokens();
  const { readOnly } = useDesign();
  const Icon = kind.icon;
  const drag = (event: DragEvent) => {
    event.dataTransfer.setData(DRAGGED, kind.type);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    <Tooltip describeChild title={t(kind.help)} placement="right" enterDelay={400}>
      <ButtonBase
        disabled={readOnly}
        draggable={!readOnly}
        onDragStart={drag}
        onClick={onPlace}
        data-palette={kind.type}
        sx={{
          ...{ justifyContent: 'flex-start', gap: 1, px: 0.75, py: '5px', borderRadius: '7px', fontSize: 13.5 },
          ...{ textAlign: 'left', cursor: 'grab', '&:hover, &:focus-visible': { bgcolor: tokens.hover } },
        }}
      >
        <Icon size={15} color={tokens.muted} aria-hidden style={{ flex: 'none' }} />
        {t(kind.label)}
      </ButtonBase>
    </Tooltip>
  );
}

/** The same as a menu: for the keyboard, and where there is no room for the list. */
export function AddMenu({ label }: { label: string }) {
  const t = useText();
  const { readOnly } = useDesign();
  const place = usePlace();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<Plus size={15} />}
        aria-haspopup="menu"
        disabled={readOnly}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {label}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 420 } } }}
      >
        {GROUPS.map(({ key, label: group }) => [
          <MenuItem key={key} disabled dense sx={{ fontSize: 12, minHeight: 26 }}>
            {t(group)}
          </MenuItem>,
          ...NODE_KINDS.filter((kind) => kind.group === key).map((kind) => {
            const Icon = kind.icon;
            return (
              <MenuItem
                key={kind.type}
                dense
                sx={{ gap: 1 }}
                onClick={() => {
                  setAnchor(null);
                  place(kind);
                }}
              >
                <Icon size={15} aria-hidden />
                {t(kind.label)}
              </MenuItem>
            );
          }),
        ])}
      </Menu>
    </>
  );
}

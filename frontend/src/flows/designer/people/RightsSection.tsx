/** The form of a step, and what each of its fields is there: a matrix of fields and rights. */
import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  TextField,
  Typography,
  useMediaQuery,
} from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { Rows3 } from 'lucide-react';
import { useId, useState } from 'react';
import { useText } from '@/i18n';
import { useEntity, useMetadata } from '@/metadata';
import { useTokens } from '@/theme';
import type { FlowNode, Right } from '../../types';
import { useDesign } from '../design';
import { ChoiceInput, Hint } from '../inputs';
import { useNames } from '../names';
import { Fold } from './Fold';
import { countsOf, isShut, type RightRow, type Rights, rightRows, withAll, withRight } from './fieldRights';
import { RIGHTS } from './words';

const LABEL = { zh: '改字段权限', en: 'Change the rights of fields' };
const NO_RIGHTS: Rights = {};

export function FormSection({ node }: { node: FlowNode }) {
  const t = useText();
  const { setNode, flow } = useDesign();
  const { forms } = useNames();
  const metadata = useMetadata();
  const entity = useEntity(flow.entity);
  const form = metadata.forms.find(({ key }) => key === node.form);
  const rows = form && entity ? rightRows(form, entity) : [];
  const rights = node.rights ?? NO_RIGHTS;
  const [open, setOpen] = useState(false);
  const counts = countsOf(rights, rows)
    .map(([right, count]) => `${t(RIGHTS[right].label)} ${count}`)
    .join(t({ zh: '，', en: ', ' }));
  const as_form = t({ zh: '字段权限照表单', en: 'Rights as the form has them' });
  const summary = node.form
    ? [forms.find(({ value }) => value === node.form)?.label ?? node.form, counts || as_form].join(' · ')
    : t({ zh: '不用表单', en: 'No form' });
  return (
    <Fold name="form" title={t({ zh: '表单和字段权限', en: 'Form and rights of fields' })} summary={summary}>
      <ChoiceInput
        label={t({ zh: '表单', en: 'Form' })}
        value={node.form ?? ''}
        none={t({ zh: '不用表单', en: 'None' })}
        options={forms}
        onChange={(next) => setNode({ zh: '改表单', en: 'Change the form' }, node, { form: next })}
      />
      {rows.length > 0 && (
        <Box>
          <Button
            variant="outlined"
            startIcon={<Rows3 size={15} />}
            onClick={() => setOpen(true)}
            aria-haspopup="dialog"
          >
            {t({ zh: '字段权限', en: 'Rights of fields' })}
          </Button>
          <Hint>{counts || as_form}</Hint>
        </Box>
      )}
      {open && (
        <Matrix
          rows={rows}
          rights={rights}
          title={t(
            { zh: '“{step}”的字段权限', en: 'Rights of fields at “{step}”' },
            { step: t(node.title) || node.id },
          )}
          onChange={(next) => setNode(LABEL, node, { rights: next })}
          onClose={() => setOpen(false)}
        />
      )}
    </Fold>
  );
}

interface MatrixProps {
  rows: RightRow[];
  rights: Rights;
  title: string;
  onChange: (rights: Rights) => void;
  onClose: () => void;
}

function Matrix({ rows, rights, title, onChange, onClose }: MatrixProps) {
  const t = useText();
  const id = useId();
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="md" fullScreen={phone}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 1.5 }}>
          {t({
            zh: '服务器按这里执行：隐藏的字段读不到也写不进，打码的只给一部分。没有选的照表单。',
            en: 'The server holds to it: hidden fields are neither given out nor written, masked ones only in part. What is not said is as the form has it.',
          })}
        </Typography>
        {phone ? (
          <Lines rows={rows} rights={rights} onChange={onChange} />
        ) : (
          <Grid rows={rows} rights={rights} onChange={onChange} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={() => onChange({})} disabled={Object.keys(rights).length === 0}>
          {t({ zh: '全照表单', en: 'All as the form' })}
        </Button>
        <Button variant="contained" onClick={onClose}>
          {t({ zh: '好', en: 'Done' })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

type EditProps = Pick<MatrixProps, 'rows' | 'rights' | 'onChange'>;

const COLUMNS = Object.keys(RIGHTS) as Right[];

function useUsual(): (row: RightRow) => string {
  const t = useText();
  return ({ usual, inside }) => {
    if (usual)
      return t(
        { zh: '照表单（{right}）', en: 'As the form ({right})' },
        { right: t(RIGHTS[usual].label).toLowerCase() },
      );
    return inside === 'rows' || inside === 'column' ? t({ zh: '随表格', en: 'As the table' }) : '';
  };
}

function Grid({ rows, rights, onChange }: EditProps) {
  const t = useText();
  const tokens = useTokens();
  const name = useId();
  const usual = useUsual();
  const cell = { px: 0.75, py: 0.5, textAlign: 'center', borderBottom: `1px solid ${tokens.line}`, fontSize: 13 };
  return (
    <Box
      component="table"
      sx={{
        ...{ width: '100%', borderCollapse: 'collapse' },
        '& td, & th': cell,
        '& th': {
          fontWeight: 600,
          color: 'text.secondary',
          position: 'sticky',
          top: 0,
          bgcolor: 'background.paper',
          zIndex: 1,
        },
        '& tbody th': { fontWeight: 500, color: 'text.primary', position: 'static' },
        '& th:first-of-type': { textAlign: 'left' },
        '& tbody tr:hover': { bgcolor: 'action.hover' },
        '& input': { accentColor: tokens.accent, width: 16, height: 16, cursor: 'pointer' },
      }}
    >
      <thead>
        <tr>
          <th scope="col">{t({ zh: '字段', en: 'Field' })}</th>
          <ColumnHead
            label={t({ zh: '照表单', en: 'As the form' })}
            onAll={() => onChange(withAll(rights, rows, null))}
          />
          {COLUMNS.map((right) => (
            <ColumnHead
              key={right}
              label={t(RIGHTS[right].label)}
              help={t(RIGHTS[right].help)}
              onAll={() => onChange(withAll(rights, rows, right))}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-right={row.key}>
            <Box component="th" scope="row" sx={{ pl: row.inside === 'field' ? undefined : '28px !important' }}>
              {t(row.label)}
            </Box>
            <td>
              <input
                type="radio"
                name={`${name}-${row.key}`}
                checked={!rights[row.key]}
                onChange={() => onChange(withRight(rights, row.key, null))}
                aria-label={`${t(row.label)}: ${usual(row)}`}
                title={usual(row)}
              />
              {row.usual && (
                <Box component="span" aria-hidden sx={{ display: 'block', fontSize: 11.5, color: 'text.secondary' }}>
                  {t(RIGHTS[row.usual].label)}
                </Box>
              )}
            </td>
            {COLUMNS.map((right) => (
              <td key={right}>
                {row.choices.includes(right) && !isShut(rights, row.key) && (
                  <input
                    type="radio"
                    name={`${name}-${row.key}`}
                    checked={rights[row.key] === right}
                    onChange={() => onChange(withRight(rights, row.key, right))}
                    aria-label={`${t(row.label)}: ${t(RIGHTS[right].label)}`}
                  />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

function ColumnHead({ label, help, onAll }: { label: string; help?: string; onAll: () => void }) {
  const t = useText();
  return (
    <th scope="col" title={help}>
      {label}
      <Button
        size="small"
        onClick={onAll}
        aria-label={t({ zh: '全部{label}', en: 'All: {label}' }, { label })}
        sx={{ display: 'block', mx: 'auto', minWidth: 0, px: 0.75, py: 0, fontSize: 12 }}
      >
        {t({ zh: '全选', en: 'All' })}
      </Button>
    </th>
  );
}

/** On a phone each field has its choice below its name. */
function Lines({ rows, rights, onChange }: EditProps) {
  const t = useText();
  const usual = useUsual();
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {rows.map((row) => (
        <TextField
          key={row.key}
          select
          label={t(row.label)}
          value={rights[row.key] ?? ''}
          onChange={(event) => onChange(withRight(rights, row.key, (event.target.value || null) as Right | null))}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          sx={{ ml: row.inside === 'field' ? 0 : 2 }}
        >
          <MenuItem value="">{usual(row)}</MenuItem>
          {(isShut(rights, row.key) ? [] : row.choices).map((right) => (
            <MenuItem key={right} value={right}>
              {t(RIGHTS[right].label)}
            </MenuItem>
          ))}
        </TextField>
      ))}
    </Box>
  );
}

/** A flow as a BPMN file, with what of it is saved. */
import { Button, Tooltip } from '@mui/material';
import { FileDown } from 'lucide-react';
import type { Definition } from '@/build/api';
import { useLocale, useText } from '@/i18n';
import { exportAddress } from './bpmnApi';

export function BpmnExport({ definition, dirty }: { definition: Definition; dirty: boolean }) {
  const t = useText();
  const locale = useLocale();
  const unborn = definition.version === 0 && definition.draft === null;
  const label = t({ zh: '导出 BPMN', en: 'Export BPMN' });
  const hint = dirty
    ? t({ zh: '导出的是上次保存的内容', en: 'The file has what was saved last' })
    : t({ zh: '可在其他建模工具中打开', en: 'Opens in other modelling tools' });
  return (
    <Tooltip title={hint}>
      <span>
        <Button
          component="a"
          href={exportAddress(definition.key, locale)}
          download={`${definition.key}.bpmn`}
          variant="outlined"
          startIcon={<FileDown size={15} />}
          disabled={unborn}
        >
          {label}
        </Button>
      </span>
    </Tooltip>
  );
}

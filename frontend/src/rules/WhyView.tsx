/** Why a rule fires on an event, or why not: step by step, each condition's parts coloured by whether they hold. */
import { Box, Stack, Typography } from '@mui/material';
import { CircleCheck, CircleMinus, CircleX, type LucideIcon } from 'lucide-react';
import { Loaded } from '@/components';
import { type Text, useText } from '@/i18n';
import { valueText } from '@/operate/values';
import { monospace, type ToneName, useTokens } from '@/theme';
import { useWhy, type WhyPart, type WhyStep } from './authoring';
import { segmentsOf } from './whySegments';

const MARKS: Record<'true' | 'false' | 'null', { icon: LucideIcon; tone: ToneName; label: Text }> = {
  true: { icon: CircleCheck, tone: 'green', label: { zh: '成立', en: 'Holds' } },
  false: { icon: CircleX, tone: 'red', label: { zh: '不成立', en: 'Does not hold' } },
  null: { icon: CircleMinus, tone: 'grey', label: { zh: '没有看', en: 'Not looked at' } },
};

export function WhyView({ text, event }: { text: string; event: number }) {
  const t = useText();
  return (
    <Loaded dense query={useWhy(text, event)}>
      {({ fires, steps }) => (
        <Stack spacing={1.5} role="status">
          <Typography sx={{ fontWeight: 600, color: fires ? 'success.main' : 'error.main' }}>
            {fires
              ? t({ zh: '会触发', en: 'The rule fires on it' })
              : t({ zh: '不会触发', en: 'The rule does not fire on it' })}
          </Typography>
          <Stack component="ol" spacing={1.5} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {steps.map((step, index) => (
              <Step key={index} step={step} />
            ))}
          </Stack>
        </Stack>
      )}
    </Loaded>
  );
}

function Step({ step }: { step: WhyStep }) {
  const t = useText();
  const { tones } = useTokens();
  const { icon: Icon, tone, label } = MARKS[`${step.holds}`];
  return (
    <Stack component="li" direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
      <Box component="span" role="img" aria-label={t(label)} sx={{ color: tones[tone].text, pt: '3px', flex: 'none' }}>
        <Icon size={15} />
      </Box>
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Typography component="h3" sx={{ fontSize: 14, fontWeight: 600 }}>
          {t(step.title)}
        </Typography>
        {step.text && <Coloured text={step.text} parts={step.parts} />}
        {step.reasons.length > 0 && (
          <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5, fontSize: 13 }}>
            {step.reasons.map((reason, index) => (
              <li key={index}>{t(reason)}</li>
            ))}
          </Box>
        )}
        <Values parts={step.parts} />
      </Box>
    </Stack>
  );
}

function Coloured({ text, parts }: { text: string; parts: WhyPart[] }) {
  const { tones } = useTokens();
  return (
    <Box
      sx={{ fontFamily: monospace, fontSize: 13, lineHeight: 1.75, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
    >
      {segmentsOf(text, parts).map(({ text: piece, holds }, index) => {
        const tone = holds === null ? null : tones[holds ? 'green' : 'red'];
        return (
          <Box
            key={index}
            component="span"
            sx={tone ? { color: tone.text, background: tone.background, borderRadius: '3px' } : undefined}
          >
            {piece}
          </Box>
        );
      })}
    </Box>
  );
}

/** What was read: the parts that are neither constants nor conditions, which their colour tells; each once. */
function Values({ parts }: { parts: WhyPart[] }) {
  const told = new Map(
    parts
      .filter(({ text, value }) => typeof value !== 'boolean' && !/^["“'\d[]/u.test(text))
      .map((part) => [part.text, part]),
  );
  if (told.size === 0) return null;
  return (
    <Box
      component="dl"
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
        columnGap: 2,
        rowGap: 0.25,
        m: 0,
        mt: 0.5,
        fontSize: 13,
      }}
    >
      {[...told.values()].map(({ text, value }) => (
        <Box key={text} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontFamily: monospace, overflowWrap: 'anywhere' }}>
            {text}
          </Box>
          <Box component="dd" sx={{ m: 0, overflowWrap: 'anywhere' }}>
            {valueText(value)}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

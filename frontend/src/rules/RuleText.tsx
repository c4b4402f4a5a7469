/** A rule's text for reading, coloured by the words of the language. */
import { Box } from '@mui/material';
import { ruleTokens, type TokenKind } from '@/expressions/words';
import { monospace, type Tokens, useTokens } from '@/theme';

const colourOf = (t: Tokens): Partial<Record<TokenKind, string>> => ({
  keyword: t.tones.blue.text,
  function: t.tones.purple.text,
  string: t.tones.green.text,
  number: t.tones.orange.text,
  comment: t.muted,
  operator: t.muted,
});

export function RuleText({ text, label }: { text: string; label: string }) {
  const tokens = useTokens();
  const colours = colourOf(tokens);
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="group"
      aria-label={label}
      sx={{
        m: 0,
        p: 2,
        fontFamily: monospace,
        fontSize: 13,
        lineHeight: 1.75,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        overflow: 'auto',
        color: 'text.primary',
      }}
    >
      <code style={{ fontFamily: 'inherit' }}>
        {ruleTokens(text.trimEnd()).map((token, index) => (
          <span
            key={index}
            style={{ color: colours[token.kind], fontWeight: token.kind === 'keyword' ? 600 : undefined }}
          >
            {token.text}
          </span>
        ))}
      </code>
    </Box>
  );
}

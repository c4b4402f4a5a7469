/** A button that copies words, and says so for a moment. */
import { Button, type ButtonProps } from '@mui/material';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '@/i18n';
import { useSayError } from './useSayError';

const SAID_MS = 2_000;

export interface CopyButtonProps extends Pick<ButtonProps, 'variant' | 'color' | 'sx'> {
  /** Or where to read it when it is wanted. */
  text: string | (() => string);
}

export function CopyButton({ text, variant = 'outlined', ...look }: CopyButtonProps) {
  const t = useText();
  const sayError = useSayError();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
    setCopied(true);
  };
  const icon = copied ? <Check size={14} /> : <Copy size={14} />;
  return (
    <Button {...look} variant={variant} startIcon={icon} onClick={() => copy().catch(sayError)}>
      {copied ? t({ zh: '已复制', en: 'Copied' }) : t({ zh: '复制', en: 'Copy' })}
    </Button>
  );
}

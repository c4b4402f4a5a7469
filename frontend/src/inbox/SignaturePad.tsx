/** Signing by hand: drawn with a finger, a pen or the mouse, or written out for those who use none of them. */
import { Box, Button, Stack, TextField } from '@mui/material';
import { Eraser, Undo2 } from 'lucide-react';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useText } from '@/i18n';
import { useTokens } from '@/theme';

const WIDTH = 640;
const HEIGHT = 200;
const INK = '#14213d';
/** Of the picture as text; a signature takes a tenth of it. */
const MOST = 100_000;

type Point = [x: number, y: number];

function drawStroke(context: CanvasRenderingContext2D, [first, ...rest]: Point[]): void {
  if (!first) return;
  context.beginPath();
  context.moveTo(...first);
  // A tap is a dot.
  if (rest.length === 0) context.lineTo(first[0] + 0.1, first[1]);
  for (const point of rest) context.lineTo(...point);
  context.stroke();
}

function drawName(context: CanvasRenderingContext2D, name: string): void {
  context.font = `italic 72px 'Kaiti SC', KaiTi, STKaiti, cursive`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(name, WIDTH / 2, HEIGHT / 2, WIDTH - 40);
}

/** What is on the canvas, as the server takes it; null while it is empty. */
function paint(canvas: HTMLCanvasElement | null, strokes: Point[][], name: string): string | null {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return null;
  context.clearRect(0, 0, WIDTH, HEIGHT);
  Object.assign(context, { strokeStyle: INK, fillStyle: INK, lineWidth: 4, lineCap: 'round', lineJoin: 'round' });
  for (const stroke of strokes) drawStroke(context, stroke);
  if (name) drawName(context, name);
  if (strokes.length === 0 && !name) return null;
  const url = canvas.toDataURL('image/png');
  return url.length <= MOST ? url : null;
}

function pointOf(event: PointerEvent<HTMLCanvasElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / (box.width || 1), (event.clientY - box.top) / (box.height || 1)];
  return [x * WIDTH, y * HEIGHT];
}

export function SignaturePad({ onChange }: { onChange: (signature: string | null) => void }) {
  const t = useText();
  const tokens = useTokens();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [strokes, setStrokes] = useState<Point[][]>([]);
  const [name, setName] = useState('');
  const drawing = useRef(false);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => tell.current(paint(canvas.current, strokes, name.trim())), [strokes, name]);
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture?.(event.pointerId);
    drawing.current = true;
    const point = pointOf(event);
    setStrokes((before) => [...before, [point]]);
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!drawing.current) return;
    const point = pointOf(event);
    setStrokes((before) => [...before.slice(0, -1), [...(before.at(-1) ?? []), point]]);
  };
  const end = () => {
    drawing.current = false;
  };
  const empty = strokes.length === 0;
  return (
    <Stack spacing={1.5}>
      <Box sx={{ position: 'relative' }}>
        <Box
          component="canvas"
          ref={canvas}
          width={WIDTH}
          height={HEIGHT}
          role="img"
          aria-label={t({ zh: '签名区', en: 'Signature' })}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={end}
          sx={{
            display: 'block',
            width: '100%',
            aspectRatio: `${WIDTH} / ${HEIGHT}`,
            // Drawing does not scroll the page.
            touchAction: 'none',
            cursor: 'crosshair',
            bgcolor: '#fff',
            border: 1,
            borderColor: tokens.lineStrong,
            borderRadius: 1,
          }}
        />
        {empty && !name && (
          <Box
            aria-hidden
            sx={{
              position: 'absolute',
              inset: 0,
              display: 'grid',
              placeItems: 'center',
              pointerEvents: 'none',
              color: '#5b606c',
            }}
          >
            {t({ zh: '在此手写签名', en: 'Sign here' })}
          </Box>
        )}
      </Box>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', justifyContent: 'flex-end' }}>
        <TextField
          size="small"
          label={t({ zh: '或输入姓名', en: 'Or type your name' })}
          value={name}
          onChange={(event) => setName(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 40 } }}
          sx={{ flex: '1 1 200px' }}
        />
        <Button
          startIcon={<Undo2 size={15} />}
          disabled={empty}
          onClick={() => setStrokes(strokes.slice(0, -1))}
          sx={{ minHeight: 38 }}
        >
          {t({ zh: '撤一笔', en: 'Undo' })}
        </Button>
        <Button
          startIcon={<Eraser size={15} />}
          disabled={empty && !name}
          onClick={() => {
            setStrokes([]);
            setName('');
          }}
          sx={{ minHeight: 38 }}
        >
          {t({ zh: '清空', en: 'Clear' })}
        </Button>
      </Stack>
    </Stack>
  );
}

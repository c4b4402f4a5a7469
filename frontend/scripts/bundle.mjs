/** Bundles a module of src/ for Node into the system's temporary folder, when its sources are newer; gives the file's address. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');

function newest(folder) {
  const times = readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, String(name))).mtimeMs);
  return Math.max(statSync(import.meta.filename).mtimeMs, ...times);
}

/** `entry` is a path below the front end's folder; everything it imports lies in the same folder. */
export async function bundled(entry) {
  const source = resolve(root, entry);
  const folder = join(tmpdir(), `weft-${createHash('sha256').update(source).digest('hex').slice(0, 16)}`);
  const file = join(folder, `${basename(entry, '.ts')}.mjs`);
  if (!existsSync(file) || statSync(file).mtimeMs < newest(dirname(source))) await write(source, folder, file);
  return pathToFileURL(file).href;
}

async function write(source, folder, file) {
  mkdirSync(folder, { recursive: true });
  // Several processes may bundle at once: each writes its own file, and a rename puts it in place whole.
  const own = `${process.pid}.mjs`;
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: source,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      rollupOptions: { output: { entryFileNames: own, format: 'es' } },
    },
  });
  renameSync(join(folder, own), file);
}

/** `node scripts/language-runner.mjs`: evaluates expressions as the browser does; the protocol is in src/language/runner.ts. */
import { bundled } from './bundle.mjs';

await import(await bundled('src/language/runner.ts'));

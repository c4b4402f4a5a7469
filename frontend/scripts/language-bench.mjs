/** `node scripts/language-bench.mjs`: prints how long 300 form rules take; what is measured is in src/language/bench.ts. */
import { bundled } from './bundle.mjs';

await import(await bundled('src/language/bench.ts'));

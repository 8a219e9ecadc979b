/** Writes `docs/chips.md` from the chips' data: `node scripts/run.mjs scripts/chips.ts`. */
import { writeFileSync } from 'node:fs';
import { chipsPage } from './chips-page.ts';

writeFileSync('docs/chips.md', chipsPage());
console.log('docs/chips.md');

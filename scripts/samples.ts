/** Writes our own sample firmware into `public/samples`: `npm run samples`. The same bytes every time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { sampleFiles } from './sample-files.ts';

mkdirSync('public/samples', { recursive: true });
for (const [name, bytes] of sampleFiles()) {
  writeFileSync(`public/samples/${name}`, bytes);
  console.log(`public/samples/${name}  ${bytes.length} bytes`);
}

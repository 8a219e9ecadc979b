/**
 * Reads partition images that the real libraries wrote, and compares with what these read from them: `npm run vectors -- folder`.
 * The folder has an `index.json`, whose `images` name the image (`file`, gzip), what the library reads (`truth`) and the `kind`. The
 * few that `npm test` needs are in `src/testing/contents/vectors`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fat from '../src/testing/contents/fat-vectors.ts';
import * as littlefs from '../src/testing/contents/littlefs-vectors.ts';
import * as nvs from '../src/testing/contents/nvs-vectors.ts';
import * as spiffs from '../src/testing/contents/spiffs-vectors.ts';
import type { VectorRecord } from '../src/testing/contents/vector.ts';

const FORMATS = { fat, littlefs, nvs, spiffs };

const folder = process.argv[3] ?? '';
const started = performance.now();
const records = recordsIn(folder);
if (records.length === 0) console.log('Name a folder with images: npm run vectors -- <folder>');
let wrong = 0;
for (const record of records) {
  const found = await differencesOf(record);
  if (found.length > 0) wrong++;
  for (const line of found.slice(0, 5)) console.log(`${record.file}: ${line}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${records.length} images: ${records.length - wrong} read as their libraries read them, ${wrong} not; ${seconds} s`,
);
if (wrong > 0 || records.length === 0) process.exitCode = 1;

function recordsIn(top: string): readonly VectorRecord[] {
  if (!existsSync(join(top, 'index.json'))) return [];
  // Made by the tools that made the images: a wrong index ends in an exception that names what is missing.
  return (JSON.parse(readFileSync(join(top, 'index.json'), 'utf8')) as { readonly images: readonly VectorRecord[] })
    .images;
}

async function differencesOf(record: VectorRecord): Promise<readonly string[]> {
  const format = Object.entries(FORMATS).find(([name]) => record.kind.startsWith(name))?.[1];
  if (format === undefined) return [`no reader for ${record.kind}`];
  const bytesOf = (file: string) => new Uint8Array(gunzipSync(readFileSync(join(folder, file))));
  const truth: unknown = JSON.parse(readFileSync(join(folder, record.truth), 'utf8'));
  const beside = {
    ...(record.keyPartition !== undefined && { keys: bytesOf(record.keyPartition) }),
    ...(record.afterMount !== undefined && { after: bytesOf(record.afterMount) }),
  };
  try {
    return await format.differences(bytesOf(record.file), record, truth, beside);
  } catch (error) {
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

/** What the real library reads from its own images, sound, aged, damaged and cut by a power loss, is what we read. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { differences } from '../../../testing/contents/nvs-vectors.ts';
import type { VectorRecord } from '../../../testing/contents/nvs-vectors.ts';

const FOLDER = new URL('../../../testing/contents/vectors/nvs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER));
const unzipped = (name: string) => new Uint8Array(gunzipSync(read(name)));
const RECORDS: readonly VectorRecord[] = JSON.parse(read('index.json').toString());

describe('NVS images of the real library', () => {
  it('are all looked at', () => {
    const images = readdirSync(FOLDER).filter((name) => name.endsWith('.bin.gz') && !name.includes('.keys.'));
    expect(RECORDS.map(({ file }) => file).sort()).toEqual(images.sort());
  });

  it.each(RECORDS)('$file is read as the library reads it', async (record) => {
    const keys = record.keyPartition === undefined ? {} : { keys: unzipped(record.keyPartition) };
    expect(await differences(unzipped(record.file), record, JSON.parse(read(record.truth).toString()), keys)).toEqual(
      [],
    );
  });
});

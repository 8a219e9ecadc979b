/** The NVS images of the real library that the tests have. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { VectorRecord } from './vector.ts';
import { VECTORS } from './vector.ts';

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${VECTORS}/nvs/${name}`));
}

/** An image with its record, what the real library reads from it, and its keys where it is encrypted. */
export interface NvsVector {
  readonly name: string;
  readonly record: VectorRecord;
  readonly image: Uint8Array;
  readonly truth: unknown;
  readonly keyPartition?: Uint8Array;
}

/** All of them; `name` is the file's without its endings. */
export function nvsVectors(): readonly NvsVector[] {
  const records: readonly VectorRecord[] = JSON.parse(new TextDecoder().decode(read('index.json')));
  return records.map((record) => ({
    name: record.file.replace('.bin.gz', ''),
    record,
    image: new Uint8Array(gunzipSync(read(record.file))),
    truth: JSON.parse(new TextDecoder().decode(read(record.truth))),
    ...(record.keyPartition !== undefined && { keyPartition: new Uint8Array(gunzipSync(read(record.keyPartition))) }),
  }));
}

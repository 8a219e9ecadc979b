/** Test support: the FAT images beside this file, with what the real libraries read from them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { VectorRecord } from './vector.ts';
import { VECTORS } from './vector.ts';

function fileOf(name: string): Uint8Array {
  return readFileSync(`${VECTORS}/${name}`);
}

/** The records of all images. */
export const FAT_RECORDS = JSON.parse(new TextDecoder().decode(fileOf('fat/index.json'))) as readonly VectorRecord[];

/** The image with this name, unpacked. */
export function fatImage(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(fileOf(`fat/${name}.bin.gz`)));
}

/** The truth of the image with this name. */
export function fatTruth(name: string): unknown {
  return JSON.parse(new TextDecoder().decode(fileOf(`fat/${name}.json`)));
}

/** The name of a record's image. */
export function nameOf({ file }: VectorRecord): string {
  return file.replace(/^fat\//, '').replace(/\.bin\.gz$/, '');
}

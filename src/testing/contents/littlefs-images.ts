/** The LittleFS images that tests read and change; the real library wrote them. */
import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { VECTORS } from './vector.ts';

const FOLDER = `${VECTORS}/littlefs`;

/** The names of all images. */
export const LITTLEFS_IMAGES = readdirSync(FOLDER).flatMap((file) =>
  file.endsWith('.json') ? [file.replace(/\.json$/, '')] : [],
);

/** An image by its name. */
export function littleFsImage(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(`${FOLDER}/${name}.bin.gz`)));
}

/** What the real library reads from it. */
export function littleFsTruth(name: string): unknown {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
}

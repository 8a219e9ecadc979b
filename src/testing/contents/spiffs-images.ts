/** The SPIFFS images of the C library that the tests have. */
import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { VECTORS } from './vector.ts';

const FOLDER = `${VECTORS}/spiffs`;

/** The names of all images. */
export const SPIFFS_IMAGES = readdirSync(FOLDER).flatMap((file) =>
  file.endsWith('.bin.gz') ? [file.slice(0, -'.bin.gz'.length)] : [],
);

/** The image with this name, unpacked. */
export function spiffsImage(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(`${FOLDER}/${name}.bin.gz`)));
}

/** What the library reads from it. */
export function spiffsTruth(name: string): unknown {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));
}

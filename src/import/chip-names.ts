/** Names of chips as tools write them. */

import { plainName } from '../flash/names.ts';

/** The longest name of a chip that is shown. */
const LONGEST = 60;

/** Whether two names mean the same chip: `esp32s3` and `ESP32-S3` do. */
export function sameChip(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A chip's name as Espressif writes it: `esp32s3` becomes `ESP32-S3`. */
export function chipName(name: string): string {
  return plainName(plain(name), LONGEST)
    .toUpperCase()
    .replace(/^(ESP32)(?=[A-Z])/, '$1-');
}

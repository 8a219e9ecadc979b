/** Whether bytes have no order that could be seen: ciphertext, or something compressed. */
import { recognise } from './contents.ts';

/** How many bytes are looked at. One less than a block of SPIFFS, whose mark chance alone brings now and then. */
const SAMPLE = 0xfff;

/** Whether the first bytes look encrypted; they are read as of a type that no project and no ESP-IDF uses. */
export function isNoise(data: Uint8Array): boolean {
  return (
    recognise(data.subarray(0, SAMPLE), { type: 0xff, subtype: 0xff, size: SAMPLE + 1 }).kind === 'encrypted-looking'
  );
}

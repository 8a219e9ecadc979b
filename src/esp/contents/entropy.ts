/** Detects data that looks random: ciphertext or compressed data. */
import { recognise } from './contents.ts';

/** Bytes examined: one less than a SPIFFS block, because random data sometimes contains its 16-bit mark. */
const SAMPLE = 0xfff;

/** Whether the first bytes look encrypted, read as a partition type that neither projects nor ESP-IDF use. */
export function isNoise(data: Uint8Array): boolean {
  return (
    recognise(data.subarray(0, SAMPLE), { type: 0xff, subtype: 0xff, size: SAMPLE + 1 }).kind === 'encrypted-looking'
  );
}

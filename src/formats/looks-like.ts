/** A guess, for people, at what an unexpected file is. */
import { ascii, holdsAt, isFilledWith } from './binary.ts';
import { notFirmware } from './not-firmware.ts';

const SIGNATURES: readonly { readonly at: number; readonly bytes: readonly number[]; readonly says: string }[] = [
  { at: 0, bytes: [0xaa, 0x50], says: 'it looks like a partition table' },
  { at: 8, bytes: ascii('littlefs'), says: 'it looks like a LittleFS file system' },
];

/** How many bytes are looked at: a guess does not need the whole file. */
const GLANCE = 512;

/** A guess: a clause such as "it looks like a ZIP archive", and what kind of guess it is. `unknown`: like nothing known. */
export interface Guess {
  readonly is: 'known' | 'blank' | 'zeros' | 'text' | 'unknown';
  readonly says: string;
}

/** What a file is, guessed from its first bytes. */
export function looksLike(data: Uint8Array): Guess {
  const recognise = data.subarray(0, GLANCE);
  const isText = recognise.every((b) => (b >= 0x20 && b < 0x7f) || (b >= 9 && b <= 13));
  const known = notFirmware(data)?.clause ?? SIGNATURES.find(({ at, bytes }) => holdsAt(data, at, bytes))?.says ?? null;
  if (known !== null) return { is: isText ? 'text' : 'known', says: known };
  if (isFilledWith(recognise, 0xff)) return { is: 'blank', says: 'it is blank (erased flash)' };
  if (isFilledWith(recognise, 0)) return { is: 'zeros', says: 'it is all zeros' };
  if (isText) return { is: 'text', says: 'it looks like text' };
  return { is: 'unknown', says: 'it matches no kind of file that Sectorwise knows' };
}

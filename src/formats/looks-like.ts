/** A guess, for people, at what an unexpected file is. */
import { ascii, holdsAt, isFilledWith } from './binary.ts';

const SIGNATURES: readonly { readonly at: number; readonly bytes: readonly number[]; readonly says: string }[] = [
  { at: 0, bytes: [0x7f, ...ascii('ELF')], says: 'it looks like an ELF file, from which the .bin file is generated' },
  { at: 0, bytes: ascii('PK'), says: 'it looks like a ZIP archive' },
  { at: 0, bytes: [0x1f, 0x8b], says: 'it looks like a compressed (gzip) file' },
  { at: 0, bytes: ascii('UF2\n'), says: 'it looks like a UF2 file' },
  { at: 0, bytes: ascii('DfuSe'), says: 'it looks like a DfuSe file, for an STM32' },
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
  const known = SIGNATURES.find((signature) => holdsAt(data, signature.at, signature.bytes));
  if (known !== undefined) return { is: 'known', says: known.says };
  const recognise = data.subarray(0, GLANCE);
  if (isFilledWith(recognise, 0xff)) return { is: 'blank', says: 'it is blank (erased flash)' };
  if (isFilledWith(recognise, 0)) return { is: 'zeros', says: 'it is all zeros' };
  if (recognise.every((b) => (b >= 0x20 && b < 0x7f) || (b >= 9 && b <= 13)))
    return { is: 'text', says: 'it looks like text' };
  return { is: 'unknown', says: 'it matches no kind of file that Sectorwise knows' };
}

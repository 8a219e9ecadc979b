/** Reads register fields of a chip, as located by its chip data. */
import type { Chip, Field } from '../../formats/chips/chip.ts';

/** A loader that can read registers. */
export interface RegisterReader {
  readReg(address: number): Promise<number>;
}

/** Reads a field as a number. */
export type ReadField = (field: Field) => Promise<number>;

/** Reads fields over a loader, one at a time; each register is read only once. */
export function fieldReader(loader: RegisterReader): ReadField {
  const seen = new Map<number, number>();
  return async ({ register, bit, width }) => {
    const word = seen.get(register) ?? (await loader.readReg(register));
    seen.set(register, word);
    return (word >>> bit) & (2 ** width - 1);
  };
}

/** A chip's revision as in image headers, major × 100 + minor; null if no source says where it is stored. */
export async function readRevision({ revision }: Chip, read: ReadField): Promise<number | null> {
  if (revision === null) return null;
  if (revision.zeroIf !== undefined && (await allHold(revision.zeroIf, read))) return 0;
  const bits = await joined(revision.major, read);
  // eFuse bits that are burnt one after the other: 0, 1, 11, 111.
  const major = revision.majorIs === 'number' ? bits : Math.log2((bits ^ (bits + 1)) + 1) - 1;
  return major * 100 + (await joined(revision.minor, read));
}

/** A revision as text: `v3.1`. */
export function revisionName(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}

async function allHold(facts: readonly { readonly field: Field; readonly is: number }[], read: ReadField) {
  // In sequence: a loader handles one command at a time.
  for (const { field, is } of facts) if ((await read(field)) !== is) return false;
  return true;
}

async function joined(fields: readonly Field[], read: ReadField): Promise<number> {
  let value = 0;
  let shift = 0;
  for (const field of fields) {
    value |= (await read(field)) << shift;
    shift += field.width;
  }
  return value;
}

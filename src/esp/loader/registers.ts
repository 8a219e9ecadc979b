/** Reads what a chip's registers say, by the places that its data names. */
import type { Chip, Field } from '../../formats/chips/chip.ts';

/** A loader that reads registers. */
export interface RegisterReader {
  readReg(address: number): Promise<number>;
}

/** Reads the bits of a field, as a number. */
export type ReadField = (field: Field) => Promise<number>;

/** Reads fields over a loader, each register once; one field at a time. */
export function fieldReader(loader: RegisterReader): ReadField {
  const seen = new Map<number, number>();
  return async ({ register, bit, width }) => {
    const word = seen.get(register) ?? (await loader.readReg(register));
    seen.set(register, word);
    return (word >>> bit) & (2 ** width - 1);
  };
}

/** A chip's revision, major × 100 + minor as image headers count it; null where no source tells where it is. */
export async function readRevision({ revision }: Chip, read: ReadField): Promise<number | null> {
  if (revision === null) return null;
  if (revision.zeroIf !== undefined && (await allHold(revision.zeroIf, read))) return 0;
  const bits = await joined(revision.major, read);
  // Fuses that are blown one after the other: 0, 1, 11, 111.
  const major = revision.majorIs === 'number' ? bits : Math.log2((bits ^ (bits + 1)) + 1) - 1;
  return major * 100 + (await joined(revision.minor, read));
}

/** How a revision is written: v3.1. */
export function revisionName(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}

async function allHold(facts: readonly { readonly field: Field; readonly is: number }[], read: ReadField) {
  // One after the other: a loader answers one command at a time.
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

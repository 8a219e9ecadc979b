/** Checks the fates of partitions against the flash before and after a job. */
import { containsBytes } from '../../bytes.ts';
import type { Fate } from '../../../flash/fates.ts';
import type { Partition } from '../../../flash/layout.ts';
import { contentDifference } from './content.ts';
import type { Judge } from './judge.ts';
import type { Cells, Span } from './reader.ts';
import { bytesAt, hex, same, tableIn, written } from './reader.ts';

/** What fates are compared with; `files` are the bytes that the job should put into the flash. */
export interface Flashes {
  readonly before: Cells;
  readonly after: Cells;
  /** Whether it has a readable partition table. */
  readonly hasTable: boolean;
  /** Whether the flash is not encrypted. */
  readonly isPlain: boolean;
  readonly files: readonly Uint8Array[];
}

/** The length in bytes of a piece that identifies a file. */
const PROOF = 64;

/** Compares every fate, and checks that no partition is left out. */
export function judgeFates(judge: Judge, fates: readonly Fate[], flashes: Flashes): void {
  for (const fate of fates) judgeFate(judge, fate, flashes);
  if (!flashes.hasTable) return;
  for (const row of tableIn(flashes.before)) {
    const own = fates.some(({ before }) => before?.address === row.address && before.size === row.size);
    const bytes = bytesAt(flashes.before, row);
    judge.check(
      'every partition that held something has a fate',
      own || bytes === null || written(bytes) === 0,
      () => `no fate for ${row.label}`,
      () => `${row.label} at ${hex(row.address)} held ${bytes === null ? 0 : written(bytes)} bytes`,
    );
  }
}

function judgeFate(judge: Judge, { fate, before, after }: Fate, flashes: Flashes): void {
  const claim = `fate: ${fate}`;
  const name = (before ?? after).name;
  const check = (holds: boolean, is: () => string): void => judge.check(claim, holds, () => `${name} is ${fate}`, is);
  const rows = tableIn(flashes.after);
  if (after !== null && flashes.hasTable && !isOwn(after))
    check(
      rows.some(({ address, size }) => address === after.address && size === after.size),
      () => `the table on the flash has no partition ${hex(after.address)}, ${after.size} bytes`,
    );
  switch (fate) {
    case 'kept':
    case 'grown':
    case 'shrunk':
    case 'moved':
      if (fate !== 'moved')
        check(sizeFate(before, after) === fate, () => `it has ${after.size} bytes, and had ${before.size}`);
      return stays(check, before, after, flashes);
    case 'overwritten':
      return check(holdsFile(after, flashes), () => `no file that was dropped begins or lies in ${hex(after.address)}`);
    case 'lost': {
      if (!flashes.hasTable) return;
      const there = rows.find(({ address, type }) => address === before.address && typeOf(before) === type);
      const reached = there !== undefined && same(part(flashes.before, before), part(flashes.after, before));
      return check(!reached, () => `its content is unchanged, and ${there?.label ?? ''} begins there`);
    }
    case 'new': {
      if (!flashes.hasTable || isOwn(after)) return;
      const was = tableIn(flashes.before).find(
        ({ address, type }) => address === after.address && typeOf(after) === type,
      );
      return check(was === undefined, () => `${was?.label ?? ''} was there before`);
    }
    case 'converted':
  }
}

function sizeFate(before: Span, after: Span): 'kept' | 'grown' | 'shrunk' {
  return after.size === before.size ? 'kept' : after.size > before.size ? 'grown' : 'shrunk';
}

function stays(
  check: (holds: boolean, is: () => string) => void,
  before: Partition,
  after: Partition,
  flashes: Flashes,
): void {
  const old = bytesAt(flashes.before, before);
  const now = bytesAt(flashes.after, after);
  if (old === null || now === null) return;
  const difference = contentDifference(old, now);
  check(difference === null, () => difference ?? '');
}

/** Whether a partition holds a file or a part of one; the boot choice need not. */
function holdsFile(after: Partition, { after: flash, before, files, isPlain }: Flashes): boolean {
  const bytes = part(flash, after);
  if (bytes === null || after.role === 'boot-choice' || !isPlain) return true;
  if (after.role === 'table') {
    const labels = tableIn(flash).map(({ label }) => label);
    const words = labels.map((label) => new TextEncoder().encode(label));
    const names = (file: Uint8Array): boolean => words.every((word) => containsBytes(file, word));
    if (labels.length > 0 && files.some(names)) return true;
  }
  // A bootloader's header may be changed before the write; its first segment is not.
  const proofs = files.flatMap((file) => [file.subarray(0, PROOF), file.subarray(PROOF, 2 * PROOF)]);
  if (proofs.some((proof) => proof.length > 0 && containsBytes(bytes, proof))) return true;
  const head = bytes.subarray(0, PROOF);
  if (files.some((file) => containsBytes(file, head))) return true;
  // A bootloader's header can be changed in place, and a partition can be erased.
  const isChanged = !same(bytes, part(before, after));
  return isChanged && (after.role === 'boot' || written(bytes) === 0);
}

function part(cells: Cells, { address, size }: Span): Uint8Array | null {
  const end = Math.min(address + size, cells.start + cells.bytes.length);
  return end <= address ? null : bytesAt(cells, { address, size: end - address });
}

/** Whether a partition has no row in the table. */
function isOwn({ role }: Partition): boolean {
  return role === 'boot' || role === 'table';
}

function typeOf({ role }: Partition): number {
  return role === 'app' ? 0 : 1;
}

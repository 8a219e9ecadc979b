/** For tests: a closer look at a board whose flash is bytes in memory. */
import type { EspInspection } from '../../esp/board/inspection.ts';
import { diagnoseEsp } from '../../esp/diagnose/diagnose.ts';
import { makeCancel } from '../../flash/failure.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import type { TestIdentity } from './placements.ts';
import { boardOf } from './placements.ts';

/** The board with these bytes in its flash, looked at closely; with a boot log and dropped files, if there are any. */
export async function diagnosedOf(
  flash: Uint8Array,
  identity: TestIdentity = {},
  { log = '', files = [] }: Partial<Pick<DiagnosisReads, 'log' | 'files'>> = {},
): Promise<EspInspection> {
  const bytesOf = ({ address, size: wanted }: Range) => {
    const size = Math.max(0, Math.min(wanted, flash.length - address));
    const read = (offset: number, length: number) =>
      Promise.resolve(flash.slice(address + Math.min(offset, size), address + Math.min(offset + length, size)));
    return { size, read };
  };
  return diagnoseEsp(await boardOf(flash, identity), { watch: { cancel: makeCancel() }, bytesOf, log, files });
}

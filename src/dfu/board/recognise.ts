/** What bytes off a board are: a module, an extension, a program, nothing, or data. */
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import type { UnitContent } from './inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import type { BoardProfile } from './profile.ts';

/** Whether bytes begin with a vector table of a Cortex-M: a stack pointer in RAM, then a Thumb address in flash. */
export function startsLikeProgram(data: Uint8Array): boolean {
  if (data.length < 8) return false;
  const [stack, reset] = [viewOf(data).getUint32(0, true), viewOf(data).getUint32(4, true)];
  // ARMv7-M: SRAM lies in 0x20000000–0x3FFFFFFF; the F4's CCM and the H7's DTCM are at 0x10000000 and 0x20000000.
  const inRam = (stack >= 0x20000000 && stack < 0x40000000) || (stack >= 0x10000000 && stack <= 0x10020000);
  return inRam && stack % 4 === 0 && reset % 2 === 1 && reset >= 0x08000000 && reset < 0x08200000;
}

/** What begins with these bytes, which need not be all of it; `erased` is what they are where nothing is. No checksum is looked at. */
export function recognise(
  data: Uint8Array,
  erased: number,
  profile: BoardProfile | null,
  { modules }: DfuParts,
): UnitContent {
  if (data.length === 0) return { kind: 'unread', passes: false };
  const plan = profile?.modules ?? null;
  const passes = plan !== null && modules.passesUserCheck(data, plan.user.address, plan.platform);
  const head = modules.readHead(data);
  if (head !== null) return { kind: 'module', head, passes, sound: null };
  const extension = modules.extension.readHead(data);
  if (extension !== null) return { kind: 'extension', head: extension, passes: false, sound: null };
  if (isFilledWith(data, erased)) return { kind: 'blank', passes: false };
  return startsLikeProgram(data) ? { kind: 'program', passes } : { kind: 'data', passes };
}

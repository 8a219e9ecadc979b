/** Recognises bytes read from a board: a module, an extension, a program, blank, or data. */
import { isFilledWith } from '../../formats/binary.ts';
import { startsLikeProgram } from '../../formats/vector-table.ts';
import type { UnitContent } from './inspection.ts';
import type { BoardProfile } from './profile.ts';
import { readExtensionHead } from '../particle/extension.ts';
import { readModuleHead, passesUserCheck } from '../particle/module-head.ts';

/** What starts with these bytes, which need not be all of it; `erased` is the value of an erased byte. Checks no checksum. */
export function recognise(data: Uint8Array, erased: number, profile: BoardProfile | null): UnitContent {
  if (data.length === 0) return { kind: 'unread', passes: false };
  const plan = profile?.modules ?? null;
  const passes = plan !== null && passesUserCheck(data, plan.user.address, plan.platform);
  // Only Particle's firmware has a header after its vector table: the same bytes of another program are code.
  const plain = profile?.modular !== true && startsLikeProgram(data);
  const head = plain ? null : readModuleHead(data);
  if (head !== null) return { kind: 'module', head, passes, sound: null };
  const extension = readExtensionHead(data);
  if (extension !== null) return { kind: 'extension', head: extension, passes: false, sound: null };
  if (isFilledWith(data, erased)) return { kind: 'blank', passes: false };
  return startsLikeProgram(data) ? { kind: 'program', passes } : { kind: 'data', passes };
}

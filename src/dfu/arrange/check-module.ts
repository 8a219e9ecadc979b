/** Refusals and questions about modules: their board, address, dependencies and size. */
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { unmetBy } from '../board/boot.ts';
import type { ModuleHead } from '../board/modules.ts';
import { FUNCTION } from '../board/modules.ts';
import type { DfuArranged } from './arrange.ts';
import type { DfuPlacement } from './placed.ts';
import { refuse } from './refusals.ts';
import { inFile, shown } from '../../formats/file-words.ts';

/** All refusals and questions about one placement of a module; none for any other file. */
export function checkModule({ file, what, choice }: DfuPlacement, arranged: DfuArranged): Refusal[] {
  const { board, parts } = arranged;
  if ((what.is !== 'module' && what.is !== 'joined') || choice === null) return [];
  const { head } = what;
  const place = inFile(file);
  const name = shown(file);
  const { profile } = board.dfu;
  const { modules } = parts;
  const platform = modules.platformName(head.platform);
  const own = profile?.modules?.platform ?? null;
  if (own === null ? platform !== profile?.name : head.platform !== own) {
    const values = { file: name, platform, board: profile?.name ?? board.identity.chip };
    return [refuse('module-for-other-board', place, values)];
  }
  const found: Refusal[] = [];
  // The factory slot holds an application for a different address, to which the board copies it.
  const address = choice.place === 'split' ? head.start : choice.address;
  if (choice.fits && choice.place !== 'factory' && head.start !== address) {
    const values = { file: name, start: hex(head.start), address: hex(address) };
    found.push(refuse('module-linked-elsewhere', place, values));
  }
  const plan = profile?.modules ?? null;
  if (plan === null || profile === null || !choice.fits || head.function !== FUNCTION.user) return found;
  found.push(...checkNeeds(head, name, arranged));
  const end = head.end + 4;
  if (choice.place !== 'factory' && end > plan.user.address + plan.user.size) {
    found.push(refuse('usb-only', place, { file: name, size: bytes(end - head.start) }));
  }
  return found;
}

function checkNeeds(head: ModuleHead, file: string, { board, parts, outcome }: DfuArranged): Refusal[] {
  const { profile } = board.dfu;
  if (profile === null) return [];
  const unmet = unmetBy(head, profile, outcome.held);
  if (unmet === null) return [];
  const values = {
    file,
    needs: parts.modules.nameOf(unmet.needs),
    least: unmet.needs.version,
    has: unmet.has === null ? 'it is missing' : `version ${unmet.has} is installed`,
  };
  return [refuse('dependency-not-met', { in: 'device' }, values)];
}

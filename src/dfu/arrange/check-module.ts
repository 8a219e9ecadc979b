/** Refusals and questions about modules: their board, address, dependencies and size. */
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { unmetDependencies } from '../board/boot.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import { CRC_SIZE, moduleLength } from '../particle/module.ts';
import { FUNCTION, moduleName, platformName } from '../particle/module-head.ts';
import type { ModuleBoard } from '../board/profile.ts';
import type { DfuArranged } from './arrange.ts';
import type { DfuPlacement } from './placed.ts';
import { refuse } from './refusals.ts';
import { inFile, shown } from '../../formats/words.ts';

/** The refusal of a module that no place on this board would help: for another board, or the bootloader; null if it is neither. */
export function refuseModule({ file, what }: DfuPlacement, { board }: DfuArranged): Refusal | null {
  if (what.is !== 'module' && what.is !== 'joined') return null;
  const { head } = what;
  const name = shown(file);
  const { profile } = board.dfu;
  const platform = platformName(head.platform);
  const own = profile?.modules?.platform ?? null;
  if (own === null ? platform !== profile?.name : head.platform !== own) {
    const values = { file: name, platform, board: profile?.name ?? board.identity.chip };
    return refuse('module-for-other-board', inFile(file), values);
  }
  if (own === null || head.function !== FUNCTION.bootloader) return null;
  return refuse('bootloader-over-dfu', inFile(file), { file: name, version: head.version });
}

/** All refusals and questions about one placement of a module for this board; none for any other file. */
export function checkModule({ file, what, choice }: DfuPlacement, arranged: DfuArranged): Refusal[] {
  const { board } = arranged;
  if ((what.is !== 'module' && what.is !== 'joined') || choice === null) return [];
  const { head } = what;
  const place = inFile(file);
  const name = shown(file);
  const found: Refusal[] = [];
  // The factory slot holds an application for a different address, to which the board copies it.
  const address = choice.place === 'split' ? head.start : choice.address;
  if (choice.fits && choice.place !== 'factory' && head.start !== address) {
    const values = { file: name, start: hex(head.start), address: hex(address) };
    found.push(refuse('module-linked-elsewhere', place, values));
  }
  const plan = board.dfu.profile?.modules ?? null;
  if (plan === null || !choice.fits) return found;
  found.push(...checkNeeds(head, name, plan, arranged));
  const end = head.end + CRC_SIZE;
  const past = head.function === FUNCTION.user && end > plan.user.address + plan.user.size;
  if (choice.place !== 'factory' && past) {
    found.push(refuse('usb-only', place, { file: name, size: bytes(moduleLength(head)) }));
  }
  return found;
}

function checkNeeds(
  head: ModuleHead,
  file: string,
  { checksItself }: ModuleBoard,
  { board, outcome }: DfuArranged,
): Refusal[] {
  const { profile } = board.dfu;
  if (profile === null) return [];
  return unmetDependencies(head, profile, outcome.content).map(({ needs, has }) => {
    const values = {
      file,
      needs: moduleName(needs),
      least: needs.version,
      has: has === null ? 'it is missing' : `version ${has} is installed`,
    };
    if (head.function === FUNCTION.user) return refuse('dependency-not-met', { in: 'device' }, values);
    const checked = head.index === checksItself?.index && head.version >= checksItself.since;
    return refuse('system-need-not-met', { in: 'device' }, { ...values, checked: checked ? 'yes' : 'no' });
  });
}

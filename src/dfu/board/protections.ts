/** The protections of a board in DFU mode, and what they mean for flashing it. */
import { capital, lowered } from '../../flash/english.ts';
import type { Protection } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { AlternateSetting } from '../protocol/device.ts';
import type { DfuInspection } from './inspection.ts';
import { isSpecial } from './layout.ts';
import type { ProfileGuard } from './profile.ts';
import type { UnlockOffer } from '../../flash/unlock.ts';
import { UNLOCK_ERASES } from '../../flash/unlock.ts';

/** The protections of a board, most important first. */
export function protectionsOf(dfu: DfuInspection['dfu']): Protection[] {
  const { profile, settings } = dfu;
  return [...readProtection(dfu), ...together(profile?.guards ?? []).map(guarded), ...specialMemory(settings)];
}

// AN2606, read protection: at level 1 the bootloader rejects reads and writes; going back to level 0 erases everything.
function readProtection({ readProtected, unlockMs, profile }: DfuInspection['dfu']): Protection[] {
  const name = 'Read protection';
  if (readProtected) {
    const removal = unlockMs === null ? ' This bootloader cannot remove it.' : '';
    // What removing it costs is said with the finding beside it.
    const says = `This chip can be neither read nor written.${removal}`;
    return [{ name, state: 'on', says, verdict: 'problem', ...(removal === '' && { beside: 'chip-read-protected' }) }];
  }
  // Read protection does not stop firmware from reading its own flash: a module-aware bootloader can always read it.
  if (profile !== null && profile.modules !== null) return [];
  return [{ name, state: 'off', says: 'The flash can be read and written.', verdict: 'good' }];
}

/** Guards in groups: neighbours that are refused for one reason, which is said once. */
function together(guards: readonly ProfileGuard[]): readonly (readonly [ProfileGuard, ...ProfileGuard[]])[] {
  const groups: [ProfileGuard, ...ProfileGuard[]][] = [];
  for (const guard of guards) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    const joins =
      guard.refused !== undefined &&
      guard.refused === before?.refused &&
      before.address + before.size === guard.address;
    if (joins) last?.push(guard);
    else groups.push([guard]);
  }
  return groups;
}

function guarded(group: readonly [ProfileGuard, ...ProfileGuard[]]): Protection {
  const [{ address, name, refused }, ...others] = group;
  const { address: start, size } = group.at(-1) ?? group[0];
  const state = `${hex(address)} to ${hex(start + size - 1)} is not written`;
  const reasons = [...(refused === undefined ? [] : [refused]), ...group.map(({ reason }) => reason)];
  const says = reasons.map((reason) => `${capital(reason)}.`).join(' ');
  const names = [name, ...others.map((guard) => lowered(guard.name))];
  return { name: names.join(', '), state, says, verdict: 'note' };
}

/** Option bytes, OTP and other memories that are never written, as one entry. */
function specialMemory(settings: readonly AlternateSetting[]): Protection[] {
  const names = settings.filter(isSpecial).flatMap(({ memory }) => (memory.kind === 'memory' ? [memory.name] : []));
  if (names.length === 0) return [];
  const says = 'This is not program flash: some values there can never be changed back.';
  return [{ name: names.join(', '), state: 'never written', says, verdict: 'note' }];
}

/** The words that a person types. */
const WORDS = 'erase the whole flash';

// AN2662, 4.5.4, and RM0090, "Read protections": what is erased, what stays, and what level 2 means.
const MEANS = [
  `${UNLOCK_ERASES} That is programs, settings, and a bootloader that is in flash, such as Particle’s or a UF2 one.`,
  'Nothing can be backed up first, because a protected chip shows nothing. It cannot be resumed or rolled back.',
  'Once begun, the erase cannot be stopped. If power fails meanwhile, the chip stays protected with a part of it erased; unlock it again.',
  'ST’s own bootloader is in ROM and stays. OTP and the other option bytes, such as write protection, stay too.',
  'Only read protection level 1 can be removed. Level 2 is final: such a chip never starts ST’s bootloader, and nothing can unlock it.',
] as const;

/** The offer to unlock a chip; null if it is not protected, or its bootloader is not ST's ROM. */
export function unlockOf({ unlockMs }: Pick<DfuInspection['dfu'], 'unlockMs'>): UnlockOffer | null {
  return unlockMs === null ? null : { words: WORDS, means: MEANS, ms: unlockMs };
}

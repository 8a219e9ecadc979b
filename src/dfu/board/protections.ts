/** The protections of a board in DFU mode, and what they mean for flashing it. */
import type { Protection } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { AlternateSetting } from '../protocol/device.ts';
import type { DfuInspection } from './inspection.ts';
import { isSpecial } from './layout.ts';
import type { BoardProfile } from './profile.ts';

/** The protections of a board, most important first. */
export function protectionsOf(dfu: DfuInspection['dfu']): Protection[] {
  const { profile, settings } = dfu;
  return [
    ...readProtection(dfu),
    ...(profile?.guards ?? []).map((guard) => guarded(guard)),
    ...specialMemory(settings),
  ];
}

// AN2606, read protection: at level 1 the bootloader rejects reads and writes; going back to level 0 erases everything.
function readProtection({ readProtected, unlockMs, profile }: DfuInspection['dfu']): Protection[] {
  const name = 'Read protection';
  if (readProtected) {
    const way = unlockMs === null ? ' This bootloader cannot remove it.' : '';
    const says = `This chip can be neither read nor written. Removing the protection erases its whole flash.${way}`;
    return [{ name, state: 'on', says, verdict: 'problem' }];
  }
  // Read protection does not stop firmware from reading its own flash: a module-aware bootloader can always read it.
  if (profile !== null && profile.modules !== null) return [];
  return [{ name, state: 'off', says: 'The flash can be read and written.', verdict: 'good' }];
}

function guarded({ address, size, reason }: BoardProfile['guards'][number]): Protection {
  const state = `${hex(address)} to ${hex(address + size - 1)} is not written`;
  return { name: 'Bootloader area', state, says: sentence(reason), verdict: 'note' };
}

/** Option bytes, OTP and other memories that are never written, as one entry. */
function specialMemory(settings: readonly AlternateSetting[]): Protection[] {
  const names = settings.filter(isSpecial).flatMap(({ memory }) => (memory.kind === 'memory' ? [memory.name] : []));
  if (names.length === 0) return [];
  const says = 'This is not program flash: some values there can never be changed back.';
  return [{ name: names.join(', '), state: 'never written', says, verdict: 'note' }];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

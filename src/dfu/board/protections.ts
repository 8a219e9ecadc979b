/** What a board in DFU mode protects, and what that means for what someone is about to do. */
import type { Protection } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { AlternateSetting } from '../protocol/device.ts';
import type { DfuInspection } from './inspection.ts';
import { isSpecial } from './layout.ts';
import type { BoardProfile } from './profile.ts';

/** Everything that is worth knowing about a board's protection, the weightiest first. */
export function protectionsOf(dfu: DfuInspection['dfu']): Protection[] {
  const { profile, settings } = dfu;
  return [
    ...readProtection(dfu),
    ...(profile?.guards ?? []).map((guard) => guarded(guard)),
    ...specialMemory(settings),
  ];
}

// AN2606, read protection: at level 1 the bootloader answers neither read nor write; going back to level 0 erases all.
function readProtection({ readProtected, profile }: DfuInspection['dfu']): Protection[] {
  const name = 'Read protection';
  if (readProtected) {
    const says =
      'This chip can be neither read nor written. Removing the protection erases its whole ' +
      'flash. Sectorwise does not remove it.';
    return [{ name, state: 'on', says, verdict: 'problem' }];
  }
  // Firmware that reads its own flash is not kept from it: what a module-aware bootloader shows tells nothing of it.
  if (profile !== null && profile.modules !== null) return [];
  return [{ name, state: 'off', says: 'The flash can be read and written.', verdict: 'good' }];
}

function guarded({ address, size, reason }: BoardProfile['guards'][number]): Protection {
  const state = `${hex(address)} to ${hex(address + size - 1)} is not written`;
  return { name: 'Bootloader area', state, says: sentence(reason), verdict: 'note' };
}

/** Option bytes and one-time memory, in one line. */
function specialMemory(settings: readonly AlternateSetting[]): Protection[] {
  const names = settings.filter(isSpecial).flatMap(({ memory }) => (memory.kind === 'memory' ? [memory.name] : []));
  if (names.length === 0) return [];
  const says = 'This is not program flash: some values there can never be changed back.';
  return [{ name: names.join(', '), state: 'never written', says, verdict: 'note' }];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

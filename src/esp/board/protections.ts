/** What a chip's protection means for what someone is about to do, in plain words. */
import type { Protection } from '../../flash/family.ts';
import type { LoaderMode } from '../loader/device.ts';
import type { Security } from './security.ts';

/** Everything that is worth knowing about a chip's protection, the weightiest first. */
export function protectionsOf(security: Security, mode: LoaderMode): Protection[] {
  return [
    encryption(security, isLocked(security, mode)),
    secureBoot(security),
    download(security, mode),
    jtag(security),
    ...keys(security),
  ];
}

const VERSIONS = { v1: 'on, version 1', v2: 'on, version 2', on: 'on' } as const;

function secureBoot({ secureBoot: boot, encryption: { on } }: Security): Protection {
  const name = 'Secure boot';
  if (boot === 'off') {
    const which =
      on === false ? '' : on === true ? ' that is encrypted with its key' : ' that its encryption lets through';
    return { name, state: 'off', verdict: 'good', says: `The chip starts any bootloader and any app${which}.` };
  }
  if (boot === 'unknown') {
    const says = 'The chip does not tell. If it is on, only signed files start, and a plain bootloader ends the board.';
    return { name, state: 'unknown', verdict: 'warning', says };
  }
  const says =
    'The chip starts only what is signed with its owner’s key: an app without that signature does not start. ' +
    'Sectorwise writes nothing below the partition table here and changes no header.';
  return { name, state: VERSIONS[boot], verdict: 'warning', says };
}

/** Whether the loader reads nothing. */
function isLocked({ download: state }: Security, mode: LoaderMode): boolean {
  return state === 'secure' || mode === 'secure-download';
}

function encryption({ encryption: { on, count, manual } }: Security, locked: boolean): Protection {
  const name = 'Flash encryption';
  const bits = count === null ? '' : `, ${count.set} of ${count.of} bits set`;
  if (on === 'unknown') {
    const says = 'The chip does not tell. If it is on, plain files would be noise to the chip.';
    return { name, state: 'unknown', verdict: 'warning', says };
  }
  if (!on) {
    // The fuse counts the times that encryption was switched: an even number is off.
    const before = count !== null && count.set > 0 ? ' It was on before and has been switched off again.' : '';
    const stays = locked ? 'What is written stays as it is.' : 'What is written stays readable, and can be verified.';
    const says = `${stays}${before}`;
    return { name, state: `off${bits}`, verdict: 'good', says };
  }
  const unseen = 'What is in the flash only the chip can read, so that nothing there can be compared or verified.';
  const last = count !== null && count.set === count.of ? ' It is on for good.' : '';
  if (manual === 'disabled') {
    const says = `${unseen}${last} The chip encrypts nothing for a loader any more: plain apps are refused.`;
    return { name, state: `on${bits}, for files of its own key only`, verdict: 'problem', says };
  }
  const how =
    manual === 'allowed'
      ? ' Sectorwise has the chip encrypt what it writes where the chip will decrypt it.'
      : ' Whether the chip still encrypts what a loader writes cannot be asked.';
  return { name, state: `on${bits}`, verdict: 'warning', says: `${unseen}${last}${how}` };
}

function download(security: Security, mode: LoaderMode): Protection {
  const name = 'Download mode';
  if (isLocked(security, mode)) {
    const says =
      'The chip lets its flash be written and nothing be read: what is on it cannot be told, and what was written ' +
      'cannot be verified.';
    return { name, state: 'secure', verdict: 'warning', says };
  }
  return { name, state: 'open', verdict: 'good', says: 'The chip lets its flash be read and written.' };
}

const JTAG: Readonly<Record<Security['jtag'], Pick<Protection, 'state' | 'says' | 'verdict'>>> = {
  open: { state: 'open', verdict: 'good', says: 'A debugger can be attached.' },
  'until-reset': {
    state: 'shut by software',
    verdict: 'note',
    says: 'A debugger can be attached only after the app has opened it with its key. Flashing does not need it.',
  },
  shut: { state: 'shut for good', verdict: 'note', says: 'No debugger can be attached. Flashing does not need it.' },
  unknown: { state: 'unknown', verdict: 'note', says: 'The chip does not tell. Flashing does not need it.' },
};

function jtag(security: Security): Protection {
  return { name: 'JTAG', ...JTAG[security.jtag] };
}

const EMPTY = /^USER/;

function keys(security: Security): Protection[] {
  if (security.keys === null || security.keys.length === 0) return [];
  const used = security.keys.filter(({ purpose }) => !EMPTY.test(purpose));
  const state = used.map(({ block, purpose }) => `block ${block}: ${purpose}`).join(', ') || 'none with a purpose';
  const says =
    used.length === 0
      ? 'No key block has a purpose yet.'
      : `${used.length} of ${security.keys.length} key blocks are taken. What they hold is not read.`;
  return [{ name: 'Key blocks', state, says, verdict: used.length === 0 ? 'good' : 'note' }];
}

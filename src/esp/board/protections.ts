/** Explains a chip's protections in plain words: what each means for flashing. */
import type { Protection } from '../../flash/family.ts';
import type { LoaderMode } from '../loader/device.ts';
import type { Security } from './security.ts';

/** The protections of a chip, most important first. */
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
    const which = on === false ? '' : on === true ? ' encrypted with its key' : ' that flash encryption allows';
    return { name, state: 'off', verdict: 'good', says: `The chip starts any bootloader and any app${which}.` };
  }
  if (boot === 'unknown') {
    const says =
      'The chip does not report this. If secure boot is on, only signed files start, and an unsigned bootloader would make the board unusable.';
    return { name, state: 'unknown', verdict: 'warning', says };
  }
  const says =
    'The chip only starts software signed with its owner’s key: an app without that signature does not start. ' +
    'On this board, Sectorwise does not write below the partition table and does not change headers.';
  return { name, state: VERSIONS[boot], verdict: 'warning', says };
}

/** Whether the loader cannot read the flash. */
function isLocked({ download: state }: Security, mode: LoaderMode): boolean {
  return state === 'secure' || mode === 'secure-download';
}

function encryption({ encryption: { on, count, manual } }: Security, locked: boolean): Protection {
  const name = 'Flash encryption';
  const bits = count === null ? '' : `, ${count.set} of ${count.of} bits set`;
  if (on === 'unknown') {
    const says =
      'The chip does not report this. If flash encryption is on, the chip reads unencrypted files as garbage.';
    return { name, state: 'unknown', verdict: 'warning', says };
  }
  if (!on) {
    // Each set bit is one switch of encryption: an even number is off.
    const before = count !== null && count.set > 0 ? ' It was on before and has been switched off again.' : '';
    const stays = locked ? 'Writes are stored unchanged.' : 'Writes stay readable and can be verified.';
    const says = `${stays}${before}`;
    return { name, state: `off${bits}`, verdict: 'good', says };
  }
  const unseen = 'Only the chip can read the flash content, so it can be neither compared nor verified.';
  const last = count !== null && count.set === count.of ? ' It is permanent.' : '';
  if (manual === 'disabled') {
    const says = `${unseen}${last} The chip no longer encrypts during a serial download, so unencrypted apps are rejected.`;
    return { name, state: `on${bits}, only for files encrypted with its key`, verdict: 'problem', says };
  }
  const how =
    manual === 'allowed'
      ? ' Sectorwise lets the chip encrypt what it writes wherever the chip decrypts on reading.'
      : ' The chip does not report whether it can still encrypt during a serial download.';
  return { name, state: `on${bits}`, verdict: 'warning', says: `${unseen}${last}${how}` };
}

function download(security: Security, mode: LoaderMode): Protection {
  const name = 'Download mode';
  if (isLocked(security, mode)) {
    const says =
      'The chip allows writes to its flash but no reads: its content cannot be shown, and writes cannot be ' +
      'verified.';
    return { name, state: 'secure', verdict: 'warning', says, beside: 'nothing-readable' };
  }
  return { name, state: 'open', verdict: 'good', says: 'The flash can be read and written.' };
}

const JTAG: Readonly<Record<Security['jtag'], Pick<Protection, 'state' | 'says' | 'verdict'>>> = {
  open: { state: 'open', verdict: 'good', says: 'A debugger can be attached.' },
  'until-reset': {
    state: 'disabled by software',
    verdict: 'note',
    says: 'A debugger can be attached only after the app has enabled it with its key. Flashing does not need it.',
  },
  shut: {
    state: 'permanently disabled',
    verdict: 'note',
    says: 'No debugger can be attached. Flashing does not need it.',
  },
  unknown: { state: 'unknown', verdict: 'note', says: 'The chip does not report this. Flashing does not need it.' },
};

function jtag(security: Security): Protection {
  return { name: 'JTAG', ...JTAG[security.jtag] };
}

const EMPTY = /^USER/;

function keys(security: Security): Protection[] {
  if (security.keys === null || security.keys.length === 0) return [];
  const used = security.keys.filter(({ purpose }) => !EMPTY.test(purpose));
  const state = used.map(({ block, purpose }) => `block ${block}: ${purpose}`).join(', ') || 'none in use';
  const says =
    used.length === 0
      ? 'No key block is in use.'
      : `${used.length} of ${security.keys.length} key blocks in use. Their content is not read.`;
  return [{ name: 'Key blocks', state, says, verdict: used.length === 0 ? 'good' : 'note' }];
}

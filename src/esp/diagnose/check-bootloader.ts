/** Checks the bootloader on a board by all its bytes: checksum, and its SHA-256 where there is one. */
import { hex } from '../../flash/finding.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { EspInspection } from '../board/inspection.ts';
import { wholeWords } from '../boot/examine-apps.ts';
import { REGION } from '../loader/target.ts';
import { diagnosisFinding } from './findings.ts';
import type { BootloaderState, Checked } from './checked.ts';

/** What the bootloader's own bytes say; nothing where there is none, which is found on connecting. */
export function checkBootloader({ esp }: EspInspection): Checked & { readonly state: BootloaderState | null } {
  const { address, data } = esp.bootloader;
  if (data === null) return { checks: [], findings: [], state: null };
  const result = readAppImage(data, HASHES, { in: 'flash', region: REGION, address });
  const problem = result.findings.find(({ verdict }) => verdict === 'problem');
  if (problem !== undefined) {
    const values = { address: hex(address), why: problem.says, ...problem.values };
    const place = { in: 'flash', range: { region: REGION, address, size: data.length } } as const;
    const found = diagnosisFinding('bootloader-broken', place, values);
    return { checks: [check('damaged', problem.says)], findings: [found], state: 'damaged' };
  }
  const wrong = result.findings.find(({ kind }) => kind === 'bootloader-hash-wrong');
  if (wrong !== undefined) return { checks: [check('damaged', wrong.says)], findings: [wrong], state: 'unsure' };
  return { checks: [check('whole', `Read completely: ${wholeWords(result)}`)], findings: [], state: 'starts' };
}

function check(state: 'whole' | 'damaged', says: string) {
  return { name: 'bootloader', state, says } as const;
}

/** What only a closer look at an Espressif board shows, each worded once. */
import { capital } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

/** Every kind of finding of a closer look, other than those of formats and images. */
export const DIAGNOSIS_FINDINGS = {
  'bootloader-broken': {
    verdict: 'problem',
    says: (v) => `The bootloader at ${v['address']} is damaged, and the ROM does not start it. ${v['why']}`,
    next: 'Flash the bootloader.bin from your build.',
  },
  'app-for-another-chip': {
    verdict: 'problem',
    says: (v) => `${v['name']} holds an app for ${v['chip']}, but this board has the ${v['own']}: it cannot start.`,
    next: 'Flash an app that was built for this chip, or start another slot.',
  },
  'app-larger-than-slot': {
    verdict: 'problem',
    says: (v) =>
      `The app in ${v['name']} needs ${v['needs']}, but its partition has ${v['has']}: the bootloader does not start it.`,
    next: (_, at) => `Make the partition larger ${at.layout}, flash a smaller app, or start another slot.`,
  },
  'otadata-rolled-back': {
    verdict: 'warning',
    says: (v) =>
      `Entry ${v['entry']} of “${v['name']}” selected ${v['selects'] ?? 'no slot'}, but the bootloader ignores it: ${v['why']}.`,
    next: (v, at) =>
      v['selects'] === undefined
        ? `Start a slot that holds an app ${at.starts}: that writes a new entry.`
        : `Flash an app that confirms itself, or start ${v['selects']} again ${at.starts}.`,
  },
  'otadata-entry-damaged': {
    verdict: 'note',
    says: (v) =>
      `Entry ${v['entry']} of “${v['name']}” is damaged: its CRC is ${v['stored']}, but its sequence number ${v['seq']} gives ` +
      `${v['computed']}. The bootloader uses the other entry.`,
    next: (v, at) =>
      v['by'] === undefined
        ? 'Nothing has to be done: the next update over the air rewrites this entry.'
        : `“${v['by']}” ${at.starts} rewrites this entry. So does the next update over the air.`,
  },
  'contents-lost': {
    verdict: 'warning',
    says: (v) =>
      `“${v['name']}” is a partition for ${v['format']}, but there is none in it: the firmware cannot mount it.`,
    next: (_, at) =>
      `Restore a backup, or recreate it ${at.recreated}. Much firmware formats it by itself when it starts.`,
  },
  'plain-app-on-encrypting-chip': {
    verdict: 'problem',
    says: (v) =>
      `There is an unencrypted app at ${v['address']} (${v['app']}), but flash encryption is on: the chip decrypts it to ` +
      'garbage and cannot start it.',
    next: (_, at) =>
      `${capital(at.drop)} the build with its partition table and flash the app again: Sectorwise asks the chip to encrypt it. In release ` +
      'mode the fuses forbid that, and only the app itself can take an update.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings of a closer look. */
export type DiagnosisFindingKind = keyof typeof DIAGNOSIS_FINDINGS;

/** Makes one finding of a closer look. */
export const diagnosisFinding = findings<DiagnosisFindingKind>(DIAGNOSIS_FINDINGS);

/** Refusals and questions about a change of what starts: of the entries in otadata. */
import type { RefusalKind } from '../../flash/finding.ts';
import { refusals } from '../../flash/finding.ts';

/** The register of refusals and questions about what starts. */
export const BOOT_REFUSALS = {
  'choice-unread': {
    says: (v) => `The entries that select what starts cannot be changed: ${v['why']}.`,
    next:
      'Flash the app again, with the partition table of its build: that selects it too. Or let the running firmware ' +
      'choose (esp_ota_set_boot_partition).',
  },
  'choice-table-unknown': {
    says: (v) =>
      `The bootloader accepts no partition table at ${v['address']}, so it is not known which app an entry selects.`,
    next: 'Flash the partition table of your build first.',
  },
  'no-boot-entries': {
    says: (v) => `Nothing selects what this board starts: ${v['why']}. It starts ${v['starts']}.`,
    next: (_, at) => `Add a partition of type data, ota with 8 KiB, and app slots (app, ota_0 and ota_1) ${at.layout}.`,
  },
  'start-not-an-app': {
    says: (v) => `No app partition of this board lies at ${v['address']} (${v['size']}).`,
    next: (_, at) => `Choose an app partition ${at.either('on the flash map', 'that “sectorwise boot show” lists')}.`,
  },
  'start-not-selectable': {
    says: (v) => `No entry of otadata can select ${v['partition']}: ${v['why']}.`,
    next: (_, at) => `Flash the app to a slot that can be selected, or number the slots without a gap ${at.layout}.`,
  },
  'start-incomplete': {
    says: (v) => `${v['partition']} holds no complete app for this board. ${v['holds']} The bootloader would skip it.`,
    next: 'Flash an app to this slot: that also selects it.',
  },
  'starts-already': {
    says: (v) => `otadata selects ${v['partition']} already, ${v['why']}.`,
    next: 'Nothing has to be written.',
    already: true,
  },
  'choice-exhausted': {
    says: (v) => `There is no sequence number above ${v['seq']} that selects ${v['partition']}.`,
    next: 'Erase otadata first: its entries are then counted from 1 again.',
  },
  'mark-no-entry': {
    says: (v) => `Entry ${v['entry']} cannot be marked: ${v['why']}.`,
    next: 'Choose the app that should start: that writes a new entry.',
  },
  'marked-already': {
    says: (v) => `Entry ${v['entry']} is marked ${v['state']} already.`,
    next: 'Nothing has to be written.',
    already: true,
  },
  'nothing-to-forget': {
    says: () => 'Both entries are blank: there is nothing to erase.',
    next: 'Nothing has to be written.',
    already: true,
  },
  'start-signature': {
    says: (v) =>
      `Secure boot is on: the bootloader starts ${v['partition']} only if the app in it is signed with this board’s ` +
      'key, which only the chip can check.',
    next: 'If you are not sure, leave the choice to the firmware: it checks the signature before it switches.',
    consent: 'This app is signed for this board.',
  },
  'valid-burns-version': {
    says: (v) =>
      `The app in ${v['partition']} has the secure version ${v['version']}. If the bootloader was built with ` +
      'anti-rollback, it burns that version into the eFuses at the next start of a valid app: from then on no app with ' +
      'a lower version starts on this board.',
    next: 'To select the app without that, start it instead of marking it.',
    consent: 'No app with a lower secure version has to start on this board any more.',
  },
} satisfies Record<string, RefusalKind>;

/** A kind of refusal or question about what starts. */
export type BootRefusalKind = keyof typeof BOOT_REFUSALS;

/** Makes one refusal or question about what starts. */
export const refuseChoice = refusals<BootRefusalKind>(BOOT_REFUSALS);

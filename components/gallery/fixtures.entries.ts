/** Recorded entries of otadata: the first selects app0 and counts no more, the second has an app on trial. */
import type { BootSelection } from '../../src/flash/boot-choice.ts';
import { REGION } from './fixtures.board.ts';

const place = { region: REGION, address: 0x1e000, size: 0x2000 };
const app0 = { region: REGION, address: 0x20000, size: 0x1b0000 };

/** The boot selection of a board whose update is on trial. */
export const selection: BootSelection = {
  place,
  entries: [
    {
      region: REGION,
      address: 0x1e000,
      size: 0x1000,
      name: 'Entry 1',
      fields: [
        { name: 'Sequence number', value: '1' },
        { name: 'State', value: 'VALID (marked as working)' },
        { name: 'CRC', value: '0x4743989A, correct' },
      ],
      selects: 'app0',
      counts: false,
      says: 'Not used: entry 2 has the higher sequence number.',
    },
    {
      region: REGION,
      address: 0x1f000,
      size: 0x1000,
      name: 'Entry 2',
      fields: [
        { name: 'Sequence number', value: '2' },
        { name: 'State', value: 'PENDING_VERIFY (on trial)' },
        { name: 'CRC', value: '0x55F63774, correct' },
      ],
      selects: 'app1',
      counts: true,
      says: 'Used: it has the higher sequence number. Its app is on trial.',
    },
  ],
  why: 'otadata entry 2 has the higher sequence number 2, which selects app1 (ota_1).',
  offers: [
    {
      label: 'Start app0',
      does: 'Writes the other entry: with the next sequence number it selects app0. The entry that is used now stays.',
      choice: { do: 'start', range: app0 },
      at: app0,
    },
    {
      label: 'Mark app1 valid in entry 1',
      does: 'Writes entry 1 for app1, with the state VALID. Entry 2 counts until that is verified.',
      choice: { do: 'mark', entry: 1, as: 'valid' },
      at: place,
    },
    {
      label: 'Erase otadata',
      does: 'Erases both entries. Without any, the bootloader starts app0, the lowest OTA slot, or the next app if that does not load.',
      choice: { do: 'forget' },
      at: place,
    },
  ],
};

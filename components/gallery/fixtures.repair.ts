/** A board with problems of every sort: with one repair, with several, with a backup, and with the reason why there is none. */
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import { board } from './fixtures.board.ts';

const at = (address: number, size: number) => ({ region: 'flash', address, size });

const table: Finding = {
  kind: 'table-md5-wrong',
  verdict: 'problem',
  place: { in: 'flash', range: at(0x80a0, 32) },
  values: { stored: '5ebd9c3f', computed: '0c1ce0aa' },
  says: 'The partition table’s MD5 checksum does not match: the table was damaged or edited by hand.',
  next: 'Write a new table.',
  restores: [at(0x8000, 0x1000)],
  repairs: [
    {
      label: 'Correct app1 (row 4): name App1 → app1',
      reason: 'With this one byte corrected, the table matches its MD5.',
      request: { do: 'write-bytes', name: 'partitions.bin', address: 0x8000, data: new Uint8Array() },
    },
    {
      label: 'Look through the rows',
      reason:
        'Opens the partition table in Layout: correct its rows there. Nothing is written before you have seen the plan.',
      request: { do: 'open', view: 'layout' },
    },
  ],
};

const settings: Finding = {
  kind: 'nvs-page-corrupt',
  verdict: 'warning',
  place: { in: 'flash', range: at(0xa000, 0x1000) },
  values: { page: 1, at: '0x1000' },
  says: 'Page 1 at 0x1000 has no valid header. The firmware ignores it, and erases it when it needs a new page.',
  restores: [at(0x9000, 0x15000)],
  repairs: [
    {
      label: 'Keep the settings that can be read',
      reason: 'The partition is rewritten with all of its settings that are intact; damaged ones are dropped.',
      request: { do: 'edit-contents', range: at(0x9000, 0x15000), edits: [{ edit: 'salvage' }] },
    },
    {
      label: 'Erase all settings',
      reason: 'The firmware begins with its defaults: passwords and calibration that are stored here are gone.',
      request: { do: 'edit-contents', range: at(0x9000, 0x15000), edits: [{ edit: 'make', format: 'nvs' }] },
    },
  ],
};

const certificates: Finding = {
  kind: 'secure-cert-crc',
  verdict: 'problem',
  place: { in: 'flash', range: at(0x3f0000, 0x2000) },
  values: { what: 'the device certificate', at: '0xC' },
  says: 'The CRC of the device certificate at 0xC does not fit: esp_secure_cert_mgr returns an error for it.',
  next: 'Restore a backup of this partition.',
  unrepaired:
    'Keys and certificates like these are made once for one device, and nothing else on the board holds them: restore a ' +
    'backup of the partition, or flash the image that it was made from.',
};

/** It, as read. */
export const damagedBoard: Inspection = {
  ...board,
  findings: [settings, table, certificates],
  boot: {
    partition: null,
    says: 'Nothing starts: the bootloader rejects this partition table, which is damaged.',
    apps: [{ region: 'flash', address: 0x20000, name: 'app0', app: 'the app raft-demo 1.4.2' }],
  },
};

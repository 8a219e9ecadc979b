/** Boards that were looked at closely, recorded from virtual boards. */
import type { Diagnosis, ProposedRow } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import { board } from './fixtures.ts';

const torn: Finding = {
  kind: 'image-hash-wrong',
  verdict: 'problem',
  place: { in: 'flash', range: { region: 'flash', address: 0x265fb0, size: 32 } },
  values: {},
  says: 'The image’s SHA-256 does not match: it was damaged or edited, and the bootloader will not start it.',
  next: 'Build the firmware again, or download it again, and use that file.',
};

const WHOLE = 'Read completely: checksum and SHA-256 are correct.';

const diagnosis: Diagnosis = {
  says: 'The board starts app0. Not everything is in order.',
  verdict: 'problem',
  found: [torn],
  checks: [
    { name: 'bootloader', state: 'whole', says: WHOLE },
    {
      name: 'otadata',
      state: 'whole',
      says: 'Entry 1: Sequence number 1, state UNDEFINED (no trial is pending). Entry 2: The bootloader ignores this entry: it is blank.',
    },
    { name: 'app0', state: 'whole', says: `The app raft-demo 1.4.2 for the ESP32, made with ESP-IDF v5.3.1. ${WHOLE}` },
    { name: 'app1', state: 'damaged', says: torn.says },
    { name: 'nvs', state: 'whole', says: 'NVS, 21 pages: 1 active, 20 blank; 2,509 entries free.' },
    { name: 'fs', state: 'whole', says: 'LittleFS, version 2.0, 128 blocks of 4 KiB.' },
  ],
};

/** A board with a damaged app in its second slot. */
export const diagnosed: Inspection = { ...board, findings: [torn], diagnosable: 0x3f0000, diagnosis };

const blank: Finding = {
  kind: 'table-blank',
  verdict: 'problem',
  place: { in: 'flash', range: { region: 'flash', address: 0x8000, size: 0xc00 } },
  values: { address: '0x8000' },
  says:
    'There is no partition table at 0x8000: the flash there is blank (erased). The bootloader finds no app and starts ' +
    'nothing.',
  next: 'Drop the partition table of your build (partitions.csv or .bin), or its whole build folder.',
};

const FROM = 'Its place and name come from the template “Raft, updates over the air”.';
const row = (
  name: string,
  type: string,
  [kind, subtype, offset, size]: readonly [number, number, number, number],
  certainty: ProposedRow['certainty'],
  why: string,
): ProposedRow => ({
  row: { name, type: kind, subtype, offset, size, encrypted: false, readonly: false },
  type,
  certainty,
  why: `${why} ${FROM}`,
});

/** A board whose partition table is gone, put together again. */
export const diagnosedLost: Inspection = {
  ...board,
  findings: [blank],
  boot: { partition: null, says: 'Nothing starts: the partition table is blank (erased).' },
  diagnosable: 0x400000,
  diagnosis: {
    says: `Nothing starts. ${blank.says}`,
    verdict: 'problem',
    found: [blank],
    checks: [{ name: 'bootloader', state: 'whole', says: WHOLE }],
    proposal: {
      says: 'Reconstructed from what the flash holds and from the template “Raft, updates over the air”, which agrees with all of it.',
      table: { rows: [], flashSize: 0x400000, tableAddress: 0x8000, secureBoot: 'off' },
      rows: [
        row('nvs', 'data, nvs', [1, 2, 0x9000, 0x15000], 'likely', 'A page of settings (NVS) with the right CRC.'),
        row('otadata', 'data, ota', [1, 0, 0x1e000, 0x2000], 'likely', 'One entry of otadata, with a right CRC.'),
        row(
          'app0',
          'app, ota_0',
          [0, 0x10, 0x20000, 0x1b0000],
          'likely',
          'The app raft-demo 1.4.2 is here, 614,352 bytes, and intact.',
        ),
        row('app1', 'app, ota_1', [0, 0x11, 0x1d0000, 0x1b0000], 'guess', 'Nothing in the flash shows it.'),
        row('fs', 'data, littlefs', [1, 0x83, 0x380000, 0x80000], 'sure', 'A LittleFS whose superblock says 512 KiB.'),
      ],
    },
  },
};

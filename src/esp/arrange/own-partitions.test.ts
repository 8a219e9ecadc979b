/** Partitions of a project's or Espressif's own types, and what may go into them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { pattern } from '../../testing/esp/archives.ts';
import {
  afterwardsOf,
  boardOf,
  checkFiles,
  choiceIds,
  imageOf,
  kindsOf,
  named,
  place,
  placesFor,
  textFile,
} from '../../testing/esp/placements.ts';
import type { EspInspection } from '../board/inspection.ts';
import { identify } from './identify.ts';

const OWN = { label: 'mfg_table', type: 0x40, subtype: 1, offset: 0x370000, size: 0x10000 };
const flash = factoryFlash().snapshot();
flash.set(
  buildPartitionTable([...RAFT_OTA_ROWS.map((row) => (row.label === 'app1' ? { ...row, size: 0x1a0000 } : row)), OWN]),
  0x8000,
);
const second = named(
  'mfg.bin',
  buildPartitionTable([{ label: 'mfg_nvs', type: 1, subtype: 2, offset: 0x21000, size: 0x1c000 }]),
);

let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
});

describe('a second partition table', () => {
  test('is offered the partition of the project’s own type', () => {
    expect(choiceIds(placesFor(second, [], board))).toEqual(['table@32768', '(mfg_table@3604480)']);
  });

  test('goes there as it is, without becoming the board’s table', () => {
    const placed = place([second], board, { 'mfg.bin': 'mfg_table@3604480' });
    expect(kindsOf(placed, board)).toEqual([]);
    expect(afterwardsOf(placed, board)).toBe('The board will keep starting app0.');
    expect(imageOf(placed, board).map(({ address, data }) => [address, data.length])).toEqual([[0x370000, 0xc00]]);
  });

  test('goes there by itself if its build gives that address', () => {
    const placed = place([{ ...second, at: 0x370000 }], board);
    expect(placed[0]?.choice?.id).toBe('mfg_table@3604480');
    expect(kindsOf(placed, board)).toEqual([]);
  });

  test('is asked about as the board’s own, because it has no app', () => {
    expect(kindsOf(place([second], board), board)).toEqual(['?partitions-lost', '?table-without-app']);
    expect(checkFiles(place([second], board), board)[0]).toMatchObject({
      says: 'mfg.bin is a partition table without an app: as the board’s own, it lets nothing start.',
    });
  });
});

describe('esp_secure_cert, a partition of Espressif’s type 0x3F', () => {
  const table = textFile(
    'partitions.csv',
    'esp_secure_cert,0x3F,,0xd000,0x2000,\nnvs,data,nvs,0x10000,0xC000,\nfactory,app,factory,0x20000,1M,\n',
  );
  const cert = named('esp_secure_cert.bin', pattern(0x1800, 3));

  test('is no mistake in a table', () => {
    const { findings } = identify(table, board);
    expect(findings.map(({ kind }) => kind)).not.toContain('type-unknown');
  });

  test('is offered for its image', () => {
    const [first] = placesFor(cert, [table, cert], board).filter(({ name }) => name === 'esp_secure_cert');
    expect(first).toMatchObject({
      id: 'esp_secure_cert@53248',
      fits: true,
      why: 'for certificates and keys of this device (esp_secure_cert); the content after the end of the file is kept',
    });
    const placed = place([table, cert], board, { 'esp_secure_cert.bin': 'esp_secure_cert@53248' });
    expect(kindsOf(placed, board)).toEqual(['?partitions-lost']);
    expect(imageOf(placed, board).map(({ address }) => address)).toEqual([0x8000, 0xd000]);
  });
});

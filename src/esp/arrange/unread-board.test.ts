/** Boards whose flash cannot be read: what is reported, where files go, and what is encrypted. */
import { describe, expect, test } from 'vitest';
import { contains } from '../../flash/map.ts';
import {
  APP,
  at,
  bootloader,
  disorder,
  edited,
  ENCRYPTED,
  SAME_TABLE,
  tableWith,
} from '../../testing/rules/samples.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import {
  afterwardsOf,
  boardOf,
  choiceIds,
  encrypting,
  imageOf,
  kindsOf,
  layoutAfter,
  named,
  place,
  placesFor,
} from '../../testing/esp/placements.ts';
import { identify } from './identify.ts';
import { noise } from '../../testing/bytes.ts';

const encrypted = () => boardOf(ENCRYPTED, { security: encrypting('allowed') });
const locked = () => boardOf(ENCRYPTED, { locked: true });
const KNOWN = { 'partitions.bin': 'table-known' };
const NVS = named('nvs.bin', buildNvs(0x3000, [{ name: 'a', entries: [] }]));
const CIPHER = named(
  'cipher.bin',
  edited(new Uint8Array(0x1800), (data) => disorder(data)),
);

describe.each([
  ['encrypted', encrypted],
  ['locked', locked],
] as const)('an %s board', (name, open) => {
  test('reports nothing that cannot be known', async () => {
    const board = await open();
    expect(board.boot).toBeNull();
    expect(board.contents).toEqual([]);
    expect(board.saves).toEqual([]);
    expect(board.examinable).toBeNull();
    expect(board.layout.partitions.map((partition) => partition.name)).toEqual(['bootloader', 'partition table']);
  });

  test('has no place for an app until a table is dropped', async () => {
    const board = await open();
    expect(kindsOf(place([APP], board), board)).toContain('no-table-known');
    const choices = placesFor(APP, [APP, SAME_TABLE], board);
    expect(choices.map(({ id, why }) => [id, why])).toEqual([
      ['app0@131072+start', 'its content cannot be read'],
      ['app1@1900544+start', 'its content cannot be read'],
      ['app0@131072', 'its content cannot be read; it is unknown what starts now'],
      ['app1@1900544', 'its content cannot be read; it is unknown what starts now'],
    ]);
  });

  test('a table alone only locates partitions; with a bootloader, or from a build, it is written', async () => {
    const board = await open();
    expect(choiceIds(placesFor(SAME_TABLE, [SAME_TABLE], board))).toEqual(['table-known', 'table@32768']);
    expect(choiceIds(placesFor(SAME_TABLE, [SAME_TABLE, bootloader(4)], board))[0]).toBe('table@32768');
    expect(choiceIds(placesFor(at(0x8000, SAME_TABLE), [], board))).toEqual(['table@32768', 'table-known']);
    const placements = place([SAME_TABLE], board);
    expect(imageOf(placements, board)).toEqual([]);
    expect(layoutAfter(placements, board).partitions.map((partition) => partition.name)).toContain('app1');
  });

  test('an app is started by writing otadata, and nothing is called verified', async () => {
    const board = await open();
    const placements = place([APP, SAME_TABLE], board, KNOWN);
    expect(afterwardsOf(placements, board)).toMatch(
      /^Written, but not verifiable: (this board cannot be read|only the chip can read what it encrypts)\. Files are placed by partitions\.bin, .* If the bootloader on the board is intact, it will start the new app from app0\.$/,
    );
    const written = imageOf(placements, board);
    expect(written.map(({ address }) => address)).toEqual([0x1e000, 0x1f000, 0x20000, 0x20000 + APP.data.length]);
  });

  test(`writes fill whole erase units (${name})`, async () => {
    const board = await open();
    const placements = place([APP, bootloader(4), tableWith()], board);
    const units = new Map<number, number>();
    for (const { address, data } of imageOf(placements, board)) {
      for (let byte = address; byte < address + data.length; byte += 16) {
        units.set(Math.floor(byte / 0x1000), (units.get(Math.floor(byte / 0x1000)) ?? 0) + 16);
      }
    }
    expect([...units].filter(([, size]) => size !== 0x1000)).toEqual([]);
  });
});

describe('an encrypted board', () => {
  test('encrypts exactly what the chip decrypts', async () => {
    const board = await encrypted();
    const table = tableWith('fs', { flags: 1 });
    const { ciphered, partitions } = layoutAfter(place([table], board), board);
    const names = partitions.filter((one) => ciphered.some((range) => contains(range, one))).map(({ name }) => name);
    expect(names).toEqual(['bootloader', 'partition table', 'otadata', 'app0', 'app1', 'fs']);
    const plain = layoutAfter(place([SAME_TABLE], board), board);
    expect(plain.ciphered.some(({ address }) => address === 0x380000 || address === 0x9000)).toBe(false);
  });

  test('NVS and data without the encrypted flag are written as they are, verified and without a question', async () => {
    const board = await boardOf(ENCRYPTED, { security: encrypting('disabled') });
    const files = [NVS, named('d.bin', noise(99)), SAME_TABLE];
    const placements = place(files, board, { ...KNOWN, 'd.bin': 'fs@3670016' });
    expect(kindsOf(placements, board)).toEqual([]);
    expect(afterwardsOf(placements, board)).toMatch(
      /^Files are placed by partitions\.bin, but this board’s own table cannot be read: if it differs, they are written to the wrong places\. Sectorwise cannot tell what the board will start\.$/,
    );
  });

  test('ciphertext is offered only where the chip decrypts, by hand, and written unchanged', async () => {
    const board = await boardOf(ENCRYPTED, { security: encrypting('disabled') });
    expect(identify(CIPHER, board)).toMatchObject({ kind: 'ciphertext' });
    const files = [CIPHER, SAME_TABLE];
    const ids = choiceIds(placesFor(CIPHER, files, board));
    expect(ids.slice(0, 5)).toEqual([
      '(cipher@4096)',
      '!(cipher@32768)',
      '(cipher@122880)',
      '(cipher@131072)',
      '(cipher@1900544)',
    ]);
    const placements = place(files, board, { ...KNOWN, 'cipher.bin': 'cipher@131072' });
    expect(imageOf(placements, board)).toEqual([{ region: 'flash', address: 0x20000, data: CIPHER.data }]);
    // The two erase units of app0 with the file can be read back and verified; the rest is encrypted by the chip.
    const { ciphered } = layoutAfter(placements, board);
    expect(ciphered.filter(({ address }) => address >= 0x20000 && address < 0x1d0000)).toEqual([
      { region: 'flash', address: 0x22000, size: 0x1b0000 - 0x2000 },
    ]);
  });

  test('ciphertext with an address from its build is placed there', async () => {
    const board = await boardOf(ENCRYPTED, { security: encrypting('disabled') });
    const [first] = placesFor(at(0x20000, CIPHER), [SAME_TABLE], board);
    expect([first?.id, first?.byHand]).toEqual(['cipher@131072', undefined]);
  });

  test('random-looking data is not called ciphertext if the chip does not encrypt', async () => {
    expect(identify(CIPHER, await locked())).toMatchObject({ kind: 'data' });
  });
});

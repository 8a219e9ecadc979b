/** A chip without bootloader and partition table: firmware goes to the start of the flash, the rest where its build says. */
import { expect, test } from 'vitest';
import { APP, at, SAME_TABLE } from '../../testing/rules/samples.ts';
import {
  afterwardsOf,
  boardOf,
  choiceIds,
  kindsOf,
  named,
  place,
  placesFor,
  written,
} from '../../testing/esp/placements.ts';
import { identify } from '../arrange/identify.ts';
import { difference, noise } from '../../testing/bytes.ts';

const flash = new Uint8Array(0x100000).fill(0xff);
const open = () => boardOf(flash, { chip: 'ESP8266', revision: '' });
// An eight-byte header and one segment, as esptool writes them for this chip.
const FIRMWARE = named('sketch.bin', Uint8Array.from([0xe9, 1, 2, 0x40, 0, 0, 0x10, 0x40, ...noise(0x1000)]));

test('a bootloader or partition table is not reported as missing', async () => {
  const board = await open();
  expect(board.findings.map(({ kind }) => kind)).toEqual(['no-table-chip']);
  expect(board.layout.partitions).toEqual([]);
  expect(board.boot).toBeNull();
});

test('firmware is placed at the start of the flash', async () => {
  const board = await open();
  expect(identify(FIRMWARE, board)).toMatchObject({ is: 'data', kind: 'firmware' });
  const placements = place([FIRMWARE], board);
  expect(kindsOf(placements, board)).toEqual([]);
  const wanted = flash.slice();
  wanted.set(FIRMWARE.data);
  expect(difference(written(flash, placements, board), wanted)).toBeNull();
  expect(afterwardsOf(placements, board)).toBe('The ESP8266 will then start the program at the start of its flash.');
});

test('data is only placed by hand, unless its build gives an address', async () => {
  const board = await open();
  expect(choiceIds(placesFor(named('d.bin', noise(99)), [], board))).toEqual(['(flash@0)']);
  expect(choiceIds(placesFor(at(0xfc000, named('d.bin', noise(99))), [], board))).toEqual(['at@1032192', '(flash@0)']);
});

test('files for another chip and files that are too large are refused', async () => {
  const board = await open();
  expect(kindsOf(place([APP], board), board)).toEqual(['wrong-chip']);
  expect(kindsOf(place([named('x.bin', new Uint8Array(0x100001).fill(0xe9))], board), board)).toEqual([
    'data-too-large',
  ]);
  expect(identify(SAME_TABLE, board)).toMatchObject({ is: 'data' });
});

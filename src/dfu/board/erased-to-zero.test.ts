/** On a chip that erases to 00, the map says so and blank flash is recognised as blank. */
import { expect, test } from 'vitest';
import { erasedByteOf } from '../../flash/map.ts';
import { makeCancel } from '../../flash/failure.ts';
import { planWrite } from '../../flash/plan.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { takeFingerprint } from '../../session/job-execution/board-fingerprint.ts';
import { takeSurvey } from '../../session/planning/survey.ts';
import { FAMILY } from '../../testing/dfu/boards.ts';
import { openStBoard } from '../../testing/dfu/link.ts';
import { recognise } from './contents.ts';

test.each([
  ['an STM32L0', '1536*128Bg', 0],
  ['an STM32L1', '1024*256Bg', 0],
  ['an STM32F411', '04*016Kg,01*064Kg,03*128Kg', 0xff],
])('%s erases to what its map says', async (_, runs, erased) => {
  const device = await openStBoard({}, `@Internal Flash  /0x08000000/${runs}`).connect();
  const map = await device.readMap();
  expect(map.regions.map(({ id }) => erasedByteOf(map, id))).toEqual(map.regions.map(() => erased));
});

test.each([
  [0, 0, 'blank'],
  [0xff, 0xff, 'blank'],
  [0xff, 0, 'data'],
])('bytes of %i where flash erases to %i are %s', (byte, erased, kind) => {
  expect(recognise(new Uint8Array(64).fill(byte), { erased, profile: null, isFlashStart: true }).kind).toBe(kind);
});

const START = 0x08000000;
const L0 = '@Internal Flash  /0x08000000/1536*128Bg';
const F4 = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg';

/** A board of a kind whose whole flash holds this byte, but for what is at the start of its second unit. */
async function inspected(runs: string, byte: number, second: Uint8Array = new Uint8Array()) {
  const data = new Uint8Array(0x100000).fill(byte);
  const device = await openStBoard({ factory: [{ address: START, data }] }, runs).connect();
  const [region] = (await device.readMap()).regions;
  const size = region?.runs[0]?.size ?? 0;
  data.set(second, size);
  const filled = await openStBoard({ factory: [{ address: START, data }] }, runs).connect();
  return { device: filled, board: await FAMILY.inspect(filled, makeCancel(), () => undefined), size };
}

test.each([
  ['an STM32L0 full of 00', L0, 0, ['blank']],
  ['an STM32L0 full of FF', L0, 0xff, ['data']],
  ['an STM32F4 full of FF', F4, 0xff, ['blank']],
  ['an STM32F4 full of 00', F4, 0, ['data']],
])('what %s is found to hold', async (_, runs, byte, kinds) => {
  const { board } = await inspected(runs, byte);
  const own = board.layout.map.regions[0]?.id;
  const found = board.contents.filter(({ region }) => region === own).map(({ kind }) => kind);
  expect([...new Set(found)]).toEqual(kinds);
});

test.each([
  ['an STM32L0', L0, 0, 0xff],
  ['an STM32F4', F4, 0xff, 0],
])('a file that is blank for %s is called that, and no other', async (_, runs, erased, other) => {
  const { board } = await inspected(runs, erased);
  const says = (byte: number) => FAMILY.identify({ name: 'a.bin', data: new Uint8Array(1024).fill(byte) }, board).says;
  expect(says(erased)).toContain('blank');
  expect(says(other)).not.toContain('it is blank');
});

test.each([
  ['an STM32L0', L0, 0],
  ['an STM32F4', F4, 0xff],
])('of %s only what is not blank tells it from another', async (_, runs, byte) => {
  const { device, board, size } = await inspected(runs, byte, Uint8Array.of(1, 2, 3, 4));
  const { layout } = board;
  const image = [
    { region: layout.map.regions[0]?.id ?? '', address: START + 4 * size, data: new Uint8Array(size).fill(7) },
  ];
  const survey = await takeSurvey({ target: device, layout, image, promised: [], md5: md5Hex, cancel: makeCancel() });
  const planning = planWrite({ layout, image, promised: [], survey, md5: md5Hex, rank: () => 0 });
  if (planning.kind !== 'plan') throw new Error(planning.kind);
  const unnamed = { ...board, identity: { ...board.identity, key: null } };
  const found = await takeFingerprint(
    { target: device, board: unnamed, md5: md5Hex, cancel: makeCancel() },
    planning.plan,
  );
  const own = layout.map.regions[0]?.id;
  expect(found.filter(({ region }) => region === own).map(({ address }) => address)).toEqual([START + size]);
});

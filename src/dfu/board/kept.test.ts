/** What a backup would bring back to a board in DFU mode, judged beside what the board holds now. */
import { expect, test } from 'vitest';
import { makeCancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { boardOf, FAMILY, photonFlash } from '../../testing/dfu/boards.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';

type Place = Omit<Range, 'region'>;

const USER: Place = { address: 0x080a0000, size: 0x20000 };
const DEPENDS = [[4, 2, 207]] as const;
const sound = buildModule({ version: 3, dependencies: DEPENDS });

/** Why these bytes repair nothing in a range of a Photon; null if they may. */
async function wrong(data: Uint8Array, place = USER, flash = photonFlash()): Promise<string | null> {
  const board = await boardOf('photon', flash);
  const own = board.layout.partitions.find(({ address, size }) => address === place.address && size === place.size);
  const range = { region: own?.region ?? '', ...place };
  const content = new Uint8Array(range.size).fill(0xff);
  content.set(data);
  const how = { watch: { cancel: makeCancel() }, bytesOf: () => imageBytes(content) };
  return (await FAMILY.checkKept?.(board, range, how)) ?? null;
}

test('a sound application repairs, whether the board has lost its own or holds another', async () => {
  expect(await wrong(sound)).toBeNull();
  const blank = photonFlash([USER.address, new Uint8Array(USER.size).fill(0xff)]);
  expect(await wrong(sound, USER, blank)).toBeNull();
});

test.each<[what: string, data: Uint8Array, says: RegExp]>([
  ['is blank', new Uint8Array(0), /^There is no user application in user: it is blank at its start\.$/],
  ['has one byte that differs', sound.with(0x800, 0), /CRC/],
  ['ends in the middle', sound.slice(0, 0x800), /CRC/],
  ['is for another kind of board', buildModule({ version: 3, platform: 8, dependencies: DEPENDS }), /P1|platform/i],
  ['needs a newer system than the board has', buildModule({ version: 3, dependencies: [[4, 2, 300]] }), /version 300/],
])('an application that %s repairs nothing', async (_, data, says) => {
  expect(await wrong(data)).toMatch(says);
});

test('a system part is judged in its own place', async () => {
  const range = { address: 0x08020000, size: 0x40000 };
  const part = buildModule({ start: 0x08020000, function: 4, index: 1, vectors: true, version: 207 });
  expect(await wrong(part, range)).toBeNull();
  expect(await wrong(part.with(0x900, 0), range)).toMatch(/CRC/);
});

test('what goes on behind its partition, or has none, is not judged: not all of it is in the backup', async () => {
  expect(await wrong(buildModule({ size: 0x20000, dependencies: DEPENDS }).slice(0, USER.size))).toBeNull();
  expect(await wrong(new Uint8Array(0), { address: 0x20000000, size: 0x1000 })).toBeNull();
});

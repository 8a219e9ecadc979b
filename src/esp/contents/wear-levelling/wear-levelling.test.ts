/** Wear levelling alone: sizes, states and records, the order of sectors, and what safety mode left unfinished. */
import { describe, expect, it } from 'vitest';
import { isFilledWith, sameBytes, viewOf } from '../../../formats/binary.ts';
import { fatImage } from '../../../testing/contents/fat-images.ts';
import { imageBytes } from '../../../flash/partition-contents.ts';
import { sizeForVolume, wearLevellingLayout } from './layout.ts';
import { afterRestore, clearPending, pendingErase } from './safety.ts';
import { physicalSector, readWearLevelling, volumeOver } from './view.ts';
import type { WearLevelling } from './view.ts';
import { freshPartition, withVolume } from './write.ts';

const SECTOR = 4096;

function layoutOf(size: number) {
  const layout = wearLevellingLayout(size);
  if (layout === null) throw new Error('too small');
  return layout;
}

async function levelled(image: Uint8Array): Promise<WearLevelling> {
  const wl = await readWearLevelling(imageBytes(image));
  if (typeof wl === 'string') throw new Error(wl);
  return wl;
}

/** A volume in which each sector says which one it is. */
function numbered(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(i / SECTOR) + 1);
}

describe('the layout', () => {
  it.each([
    [0x20000, 114_688, 1],
    [252 * SECTOR, 1_015_808, 1],
    [0x100000, 1_024_000, 2],
    [0x1000000, 16_629_760, 17],
  ])('of %i bytes has a volume of %i and states of %i sectors', (size, usable, sectors) => {
    expect(layoutOf(size)).toMatchObject({ usable, stateSize: sectors * SECTOR });
    expect(sizeForVolume(usable)).toBe(size);
  });

  it.each([0, SECTOR, 4 * SECTOR, 0x20001])('does not fit into %i bytes', (size) => {
    expect(wearLevellingLayout(size)).toBeNull();
  });
});

describe('the logical volume', () => {
  it('is the same for every place of the dummy sector and every round', () => {
    const layout = layoutOf(8 * SECTOR);
    const sectors = layout.usable / SECTOR;
    for (let moveCount = 0; moveCount < sectors; moveCount++) {
      for (let position = 0; position < layout.positions; position++) {
        const state = { moveCount, updateRate: 16, version: 2, deviceId: 1 };
        const places = Array.from({ length: sectors }, (_, i) => physicalSector({ layout, state, position }, i));
        expect(new Set(places).size).toBe(sectors);
        expect(places).not.toContain(position);
      }
    }
  });

  it('reads back what was put into a new partition', async () => {
    const layout = layoutOf(0x20000);
    const volume = numbered(layout.usable);
    const image = freshPartition(layout, volume, 0x12345678);
    const wl = await levelled(image);
    expect(wl).toMatchObject({ position: 0, bad: null, state: { deviceId: 0x12345678, moveCount: 0 } });
    const { bytes, physicalOf } = volumeOver(imageBytes(image), wl);
    expect(sameBytes(await bytes.read(0, bytes.size), volume)).toBe(true);
    expect(sameBytes(await bytes.read(5000, 20_000), volume.subarray(5000, 25_000))).toBe(true);
    expect(physicalOf(5000)).toBe(SECTOR + 5000);
  });

  it('is written back into the sectors that change, wherever the dummy sector is', async () => {
    const image = fatImage('aged-wl-128k-wrapped');
    const wl = await levelled(image);
    const { bytes, physicalOf } = volumeOver(imageBytes(image), wl);
    const volume = (await bytes.read(0, bytes.size)).slice();
    expect(sameBytes(withVolume(image, wl, volume), image)).toBe(true);
    volume[5 * SECTOR + 7] = 0xa5;
    const after = withVolume(image, wl, volume);
    const changed = Array.from(after.keys()).filter((i) => after[i] !== image[i]);
    expect(changed).toEqual([physicalOf(5 * SECTOR + 7)]);
  });
});

describe('the states', () => {
  it('count where only one is right, and are both right afterwards', async () => {
    const whole = fatImage('aged-wl-128k-wrapped');
    const { layout, position, state } = await levelled(whole);
    for (const [bad, at] of [
      [1, layout.state1],
      [2, layout.state2],
    ] as const) {
      const image = whole.slice();
      image.fill(0xff, at, at + SECTOR);
      const wl = await levelled(image);
      expect(wl).toEqual({ layout, position, state, bad });
      const { bytes } = volumeOver(imageBytes(image), wl);
      expect(sameBytes(withVolume(image, wl, await bytes.read(0, bytes.size)), whole)).toBe(true);
    }
  });

  it('are not believed where their numbers cannot be', async () => {
    const image = freshPartition(layoutOf(0x20000), new Uint8Array(0), 1);
    const moved = new Uint8Array(0x40000).fill(0xff);
    const larger = layoutOf(0x40000);
    // Right by its CRC, but made for another size.
    for (const at of [larger.state1, larger.state2]) moved.set(image.subarray(0x1d000, 0x1e000), at);
    expect(await readWearLevelling(imageBytes(moved))).toBe('bad');
    expect(await readWearLevelling(imageBytes(new Uint8Array(0x2000)))).toBe('none');
  });
});

describe('an erase in safety mode that the power cut short', () => {
  function withRecord(sector: number, first: number, count: number): Uint8Array {
    const volume = numbered(10 * SECTOR);
    const view = viewOf(volume);
    for (const [i, word] of [0x12345678, sector, first, count].entries())
      view.setUint32(8 * SECTOR + 4 * i, word, true);
    return volume;
  }

  it('is finished as the library does: the kept copy, without what was to be replaced', async () => {
    const volume = imageBytes(withRecord(3, 2, 1));
    const pending = await pendingErase(volume);
    expect(pending).toEqual({ sector: 3, from: 1024, to: 1536 });
    const restored = afterRestore(volume, pending ?? { sector: null, from: 0, to: 0 });
    const sector = await restored.read(3 * SECTOR, SECTOR);
    expect(isFilledWith(sector.subarray(0, 1024), 10)).toBe(true);
    expect(isFilledWith(sector.subarray(1024, 1536), 0xff)).toBe(true);
    expect(isFilledWith(sector.subarray(1536), 10)).toBe(true);
    // A read across its borders.
    expect([...(await restored.read(3 * SECTOR - 1, 2))]).toEqual([3, 10]);
    expect([...(await restored.read(4 * SECTOR - 1, 2))]).toEqual([10, 5]);
  });

  it.each([
    ['none of the rest', 0xffffff01, 4096],
    ['all of it', 0xffffffff, 1024],
  ])('copies %s back where the number of bytes is half written, as the library does', async (_, count, to) => {
    expect(await pendingErase(imageBytes(withRecord(3, 2, count)))).toEqual({ sector: 3, from: 1024, to });
  });

  it('is not guessed where the number of the sector is half written', async () => {
    const volume = withRecord(0xffffff03, 0xffffffff, 0xffffffff);
    const pending = await pendingErase(imageBytes(volume));
    expect(pending).toMatchObject({ sector: null });
    clearPending(volume);
    expect(await pendingErase(imageBytes(volume))).toBeNull();
  });
});

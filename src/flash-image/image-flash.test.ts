/** The flash of an opened image is as strict as the NOR flash of a board, and the file itself is never changed. */
import { describe, expect, it } from 'vitest';
import { Failure, makeCancel } from '../flash/failure.ts';
import { md5Hex } from '../formats/hashes.ts';
import { DUMP_BOARDS } from './dfu-boards.ts';
import { dfuFlash } from './open-dfu.ts';
import { EspImage, espFlash } from './open-esp.ts';

const REGION = 'flash';
const SIZE = 0x10000;
const range = (address: number, size: number) => ({ region: REGION, address, size });
const filled = (size: number, byte: number) => new Uint8Array(size).fill(byte);
const file = () => Uint8Array.from({ length: 0x8000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** The name of the failure, or of the error, that some work ends with. */
function errorOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof Failure ? error.facts.name : error instanceof Error ? error.constructor.name : '';
  }
  return 'none';
}

describe('the flash of an image', () => {
  it('holds what the file holds, and erased cells behind it', () => {
    const flash = espFlash(file(), SIZE);
    expect(flash.read(range(0, 0x8000))).toEqual(file());
    expect(flash.read(range(0x7ff0, 0x20)).subarray(0x10)).toEqual(filled(0x10, 0xff));
    expect(flash.digest(range(0x8000, 0x8000))).toBe(md5Hex(filled(0x8000, 0xff)));
    expect(flash.changed()).toEqual([]);
  });

  it('gives copies: what somebody does to them changes nothing', () => {
    const flash = espFlash(file(), SIZE);
    flash.read(range(0, 16)).fill(0);
    expect(flash.read(range(0, 16))).toEqual(file().subarray(0, 16));
  });

  it('replaces whole erase units and leaves the file alone', () => {
    const data = file();
    const flash = espFlash(data, SIZE);
    flash.rewrite(range(0x7000, 0x2000), filled(0x2000, 1), {});
    expect(flash.changed()).toEqual([range(0x7000, 0x1000), range(0x8000, 0x1000)]);
    expect(flash.read(range(0x6ffe, 4))).toEqual(Uint8Array.from([...file().subarray(0x6ffe, 0x7000), 1, 1]));
    expect(flash.digest(range(0, SIZE))).toBe(md5Hex(flash.whole(REGION)));
    expect(data).toEqual(file());
  });

  it.each([
    ['half a unit', range(0x1000, 0x800), 0x800],
    ['a range between two units', range(0x1800, 0x1000), 0x1000],
    ['too few bytes', range(0x1000, 0x1000), 0xfff],
    ['a range past its end', range(SIZE, 0x1000), 0x1000],
    ['a range that ends past its end', range(SIZE - 0x1000, 0x2000), 0x2000],
  ])('refuses to rewrite %s', (_, where, size) => {
    const flash = espFlash(file(), SIZE);
    expect(errorOf(() => flash.rewrite(where, filled(size, 1), {}))).toBe('RangeError');
    expect(flash.changed()).toEqual([]);
  });

  it('leaves a deferred range erased, and commits it only while it is', () => {
    const flash = espFlash(file(), SIZE);
    const deferred = range(0x2000, 0x20);
    flash.rewrite(range(0x2000, 0x1000), filled(0x1000, 5), { deferred });
    expect(flash.read(range(0x2000, 0x22))).toEqual(Uint8Array.from([...filled(0x20, 0xff), 5, 5]));
    flash.commit(deferred, filled(0x20, 5));
    expect(flash.read(range(0x2000, 0x1000))).toEqual(filled(0x1000, 5));
    expect(errorOf(() => flash.commit(deferred, filled(0x20, 4)))).toBe('flash-image-not-erased');
    expect(errorOf(() => flash.commit(range(0, 4), filled(4, 0)))).toBe('flash-image-not-erased');
    expect(flash.read(range(0x2000, 0x1000))).toEqual(filled(0x1000, 5));
  });

  it('knows what differs from the file, and what of it was saved', () => {
    const flash = espFlash(file(), SIZE);
    flash.rewrite(range(0, 0x1000), filled(0x1000, 1), {});
    expect(flash.isSaved).toBe(false);
    flash.noteSaved();
    expect([flash.isSaved, flash.changed().length]).toEqual([true, 1]);
    flash.rewrite(range(0, 0x1000), file().subarray(0, 0x1000), {});
    // As it was in the file, but not as it was saved.
    expect([flash.isSaved, flash.changed().length]).toEqual([false, 0]);
  });

  it('has the rights of the board: what its bootloader protects is never written', () => {
    const photon = DUMP_BOARDS.find(({ id }) => id === 'photon');
    if (photon === undefined) throw new Error('no Photon');
    const flash = dfuFlash(photon, []);
    const low = { region: 'internal-flash', address: 0x08000000, size: 0x4000 };
    expect(errorOf(() => flash.rewrite(low, filled(0x4000, 1), {}))).toBe('flash-image-not-writable');
    const high = { region: 'internal-flash-2', address: 0x080a0000, size: 0x20000 };
    expect(errorOf(() => flash.rewrite(high, filled(0x20000, 1), {}))).toBe('none');
    expect(errorOf(() => flash.rewrite({ ...high, size: 0x4000 }, filled(0x4000, 1), {}))).toBe('RangeError');
  });

  it('erases to 00 where the chip does', () => {
    const chip = DUMP_BOARDS.find(({ id }) => id === 'l0');
    if (chip === undefined) throw new Error('no L0');
    expect(dfuFlash(chip, []).read({ region: 'internal-flash', address: 0x08000000, size: 128 })).toEqual(
      filled(128, 0),
    );
  });

  it('cannot encrypt, as the key is in the chip', async () => {
    const flash = espFlash(file(), SIZE);
    const identity = { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] };
    const saved = { changed: () => [], isSaved: true, save: () => Promise.reject(new Error('unused')) };
    const target = new EspImage({ flash, identity, file: saved });
    const how = { cancel: makeCancel(), encrypt: true };
    await expect(target.rewrite(range(0, 0x1000), filled(0x1000, 1), how)).rejects.toThrow(/eFuses/);
    expect(flash.changed()).toEqual([]);
  });
});

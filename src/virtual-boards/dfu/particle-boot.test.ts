import { createHash } from 'node:crypto';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { makeDfuBoard } from './catalogue.ts';
import { crc32 } from '../crc32.ts';
import { buildModule, FUNCTION } from './firmware/module.ts';
import { USER_MODULE_SIZE } from './firmware/particle-factory.ts';
import type { SectorFlash } from './sector-flash.ts';

const PHOTON = { user: 0x080a_0000, factory: 0x080e_0000, platform: 6 };
const ELECTRON = { user: 0x0808_0000, factory: 0x080a_0000, platform: 10 };

/** Changes a factory-fresh board, then powers it with the button released and lets it boot. */
async function boot(id: string, change: (flash: SectorFlash) => void = () => {}) {
  const made = makeDfuBoard(id, instantClock());
  change(made.flash);
  made.board.strap = 'run';
  let appeared = 0;
  const booted = made.board.booted();
  made.board.attach({ appeared: () => appeared++, vanished: () => {} });
  return { ...made, report: await booted, appeared: () => appeared };
}
const blank = (flash: SectorFlash, address: number, size: number) =>
  flash.load(address, new Uint8Array(size).fill(0xff));
const flip = (flash: SectorFlash, address: number) =>
  flash.load(
    address,
    flash.read(address, 1).map((byte) => byte ^ 1),
  );
const user = (start: number, platform: number, over: Partial<Parameters<typeof buildModule>[0]> = {}) =>
  buildModule({ start, size: 0x1000, platform, function: FUNCTION.userPart, index: 1, version: 9, seed: 1, ...over });

test('a module has what device-os requires: SHA-256 up to end − 34, size of the suffix, CRC after the end', () => {
  const module = user(PHOTON.user, PHOTON.platform);
  const view = new DataView(module.buffer);
  expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([0x080a_0000, 0x080a_1000]);
  const sha = createHash('sha256')
    .update(module.subarray(0, 0x1000 - 34))
    .digest();
  expect([...module.subarray(0x1000 - 34, 0x1000 - 2)]).toEqual([...sha]);
  expect(view.getUint16(0x1000 - 2, true)).toBe(36);
  expect(view.getUint32(0x1000, false)).toBe(zlibCrc32(module.subarray(0, 0x1000)));
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

describe('a board with intact system parts', () => {
  test.each([
    ['photon', 'application', PHOTON.user],
    ['electron', 'application', ELECTRON.user],
    ['p1', 'safe mode', null],
  ])('%s in factory state: %s', async (id, end, at) => {
    const { report, appeared, flash } = await boot(id);
    expect(report).toMatchObject({ end, at });
    expect([appeared(), flash.totalErases]).toEqual([0, 0]);
  });

  test('a wrong CRC or a missing dependency gives safe mode, even if a valid factory module is there', async () => {
    expect((await boot('electron', (flash) => flip(flash, ELECTRON.user + 0x900))).report.end).toBe('safe mode');
    const needy = user(ELECTRON.user, 10, { dependency: { function: 4, index: 1, version: 60_000 } });
    const { report, flash } = await boot('electron', (f) => f.load(ELECTRON.user, needy));
    expect(report.words.at(-2)).toBe('user part: needs module 4/1 of version 60000, found 2001');
    expect(flash.totalErases).toBe(0);
  });

  test('a second dependency counts too', async () => {
    const needy = user(PHOTON.user, 6, { dependency2: { function: 2, index: 0, version: 701 } });
    expect((await boot('photon', (flash) => flash.load(PHOTON.user, needy))).report.end).toBe('safe mode');
  });

  test('the header of a module for another platform or address is invalid', async () => {
    for (const wrong of [user(PHOTON.user, 8), user(0x080c_0000, 6)]) {
      const { report } = await boot('photon', (flash) => flash.load(PHOTON.user, wrong));
      expect(report.end).toBe('safe mode');
      expect(report.words).toContain('user part: no header for 0x080a0000');
    }
  });

  test('without a user part and without a factory module: safe mode', async () => {
    const { report } = await boot('photon', (flash) => blank(flash, PHOTON.user, 0x2_0000));
    expect(report).toMatchObject({ end: 'safe mode', at: null });
  });

  test('a single module of 256 KiB boots on an Electron: the bootloader has no limit but the end of the flash', async () => {
    const { report } = await boot('electron', (flash) =>
      flash.load(ELECTRON.user, user(ELECTRON.user, 10, { size: 0x3_fffc })),
    );
    expect(report.end).toBe('application');
  });
});

describe('the factory slot', () => {
  test('a user sector without a header is restored from the factory slot, erased and written once', async () => {
    const { report, flash, beforeStart } = await boot('electron', (f) => blank(f, ELECTRON.user, 0x400));
    expect(report).toMatchObject({ end: 'application', at: ELECTRON.user });
    expect(report.words).toContain('factory module: restored to 0x08080000');
    const [restored, kept] = [flash.read(ELECTRON.user, 0x2_0000), flash.read(ELECTRON.factory, 0x2_0000)];
    expect(Buffer.compare(restored, kept)).toBe(0);
    expect(flash.erasesPerSector[8]).toBe(1);
    expect(beforeStart()?.[0x8_0000]).toBe(0xff);
  });

  test('an extension in the factory slot that looks like a user module is restored over it', async () => {
    const { report } = await boot('photon', (flash) => {
      blank(flash, PHOTON.user, 0x400);
      flash.load(PHOTON.factory, user(PHOTON.user, 6, { version: 77 }));
    });
    expect(report.words).toContain('user part: version 77');
  });

  test('a factory module with a wrong CRC is requested and refused in a loop', async () => {
    const { report, flash } = await boot('electron', (f) => {
      blank(f, ELECTRON.user, 0x400);
      flip(f, ELECTRON.factory + 0x800);
    });
    expect(report.end).toBe('boot loop');
    expect(flash.totalErases).toBe(0);
  });
});

describe('a system part that needs what the board does not have', () => {
  const part2 = (version: number, over: Partial<Parameters<typeof buildModule>[0]>) =>
    buildModule({
      start: 0x0806_0000,
      size: 0x2000,
      platform: 6,
      function: FUNCTION.systemPart,
      index: 2,
      version,
      seed: 1,
      vectors: true,
      ...over,
    });
  const older = { dependency: { function: 4, index: 1, version: 60_000 } };
  const bootloader = { dependency2: { function: 2, index: 0, version: 60_000 } };

  test.each([
    ['another system part', part2(2101, older), 'system part 2: needs module 4/1 of version 60000, found 2001'],
    ['another bootloader', part2(2101, bootloader), 'system part 2: needs module 2/0 of version 60000, found'],
  ])('%s: a Photon enters safe mode', async (_, part, words) => {
    const { report } = await boot('photon', (flash) => flash.load(0x0806_0000, part));
    expect(report).toMatchObject({ end: 'safe mode', at: null });
    expect(report.words.at(-2)).toContain(words);
  });

  test('before 0.7.0 nothing checked it, and what comes of it is not known', async () => {
    const { report } = await boot('photon', (flash) => flash.load(0x0806_0000, part2(199, older)));
    expect(report.end).toBe('unknown');
  });

  test('a damaged bootloader gives safe mode too', async () => {
    const { report } = await boot('photon', (flash) => flip(flash, 0x0800_1000));
    expect(report).toMatchObject({ end: 'safe mode', at: null });
    expect(report.words.at(-2)).toBe('bootloader: wrong CRC');
  });
});

describe('a board with damaged system parts', () => {
  test('no header at 0x08020000: it stays in DFU mode, on the bus', async () => {
    const { report, appeared } = await boot('photon', (flash) => blank(flash, 0x0802_0000, 0x400));
    expect(report.end).toBe('DFU mode');
    expect(appeared()).toBe(1);
  });

  test.each([
    ['a CRC', 0x0802_1000, 'system part 1 at 0x08020000: wrong CRC; what follows is not known'],
    ['another part', 0x0806_0000, 'system part 2 at 0x08060000: no header; what follows is not known'],
  ])('with %s that is wrong, the outcome is unknown', async (_, address, words) => {
    const { report } = await boot('photon', (flash) => flip(flash, address));
    expect([report.end, report.words.at(-1)]).toEqual(['unknown', words]);
  });
});

test('factory content is the same each time, and none of it is counted', () => {
  const digest = () =>
    createHash('sha256').update(makeDfuBoard('photon', instantClock()).flash.snapshot()).digest('hex');
  expect(digest()).toBe(digest());
  const { flash, violations } = makeDfuBoard('electron', instantClock());
  expect([flash.totalErases, violations()]).toEqual([0, []]);
  expect(USER_MODULE_SIZE).toBeLessThan(0x2_0000);
});

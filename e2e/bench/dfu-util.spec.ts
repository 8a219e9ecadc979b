/** The real dfu-util with the virtual DFU boards: a client that was written for silicon, by others. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { realClock } from '../../src/virtual-boards/clock.ts';
import { makeDfuBoard, type MadeDfuBoard } from '../../src/virtual-boards/dfu/catalogue.ts';
import type { Bench } from './bench.ts';
import { missingTools } from '../missing-tools.ts';
import { dfuUtil } from './dfu-util.ts';
import { expect, test as base } from './fixture.ts';
import { BenchUsbBoard } from './usb-board.ts';

/** Boards run this much faster than silicon: a mass erase of 8.5 s takes less than dfu-util's 5 s per transfer. */
const SPEED = 20;

interface Table {
  /** Plugs in a board of the catalogue, in DFU mode. */
  place(id: string): Promise<MadeDfuBoard & { cable: BenchUsbBoard }>;
  /** Runs dfu-util; resolves with its exit code and all its output. */
  run(args: readonly string[], signal?: AbortSignal): Promise<{ code: number; text: string }>;
  /** A file for dfu-util, in the test's own folder. */
  file(name: string, bytes?: Uint8Array): string;
}

const test = base.extend<{ table: Table }>({
  table: async ({ bench }, use, info) => {
    const missing = missingTools('dfu-util');
    if (missing !== '') {
      console.warn(`SKIPPED ${info.title}: ${missing}.`);
      return info.skip(true, missing);
    }
    const file = (name: string, bytes?: Uint8Array) => {
      const path = info.outputPath(name);
      if (bytes !== undefined) writeFileSync(path, bytes);
      return path;
    };
    await use({ place: (id) => place(bench, id), run: (args, signal) => dfuUtil(bench, args, signal), file });
  },
});

async function place(bench: Bench, id: string): Promise<MadeDfuBoard & { cable: BenchUsbBoard }> {
  const made = makeDfuBoard(id, realClock(SPEED));
  const cable = new BenchUsbBoard(bench, '1-1', made.board);
  await cable.present();
  return { ...made, cable };
}

test.describe('listing', () => {
  test('every setting of an STM32F405', async ({ table }) => {
    await table.place('stm32f405');
    const { text } = await table.run(['-l']);
    for (const [alternate, name] of [
      [0, '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg'],
      [1, '@Option Bytes  /0x1FFFC000/01*016 e'],
      [2, '@OTP Memory /0x1FFF7800/01*512 e,01*016 e'],
      [3, '@Device Feature/0xFFFF0000/01*004 e'],
    ] as const) {
      expect(text).toMatch(
        new RegExp(`Found DFU: \\[0483:df11\\] ver=2200.*alt=${alternate}, name="${escaped(name)}"`),
      );
    }
    expect(text).toContain('serial="357236543131"');
  });

  for (const [id, ids, version, settings] of [
    ['photon', '2b04:d006', '0200', 2],
    ['p1', '2b04:d008', '0250', 3],
    ['electron', '2b04:d00a', '0250', 2],
  ] as const) {
    test(`every setting of a ${id}`, async ({ table }) => {
      await table.place(id);
      const { text } = await table.run(['-l']);
      expect(text.match(new RegExp(`Found DFU: \\[${ids}\\] ver=${version}`, 'g'))).toHaveLength(settings);
      expect(text).toContain('alt=0, name="@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg"');
      expect(text).toContain('alt=1, name="@DCT Flash   /0x00000000/01*016Kg"');
      expect(text.includes('alt=2, name="@Serial Flash   /0x00000000/256*004Kg"')).toBe(settings === 3);
    });
  }
});

for (const [id, from] of [
  ['stm32f405', 0x0800_0000],
  ['photon', 0x0800_0000],
] as const) {
  test(`reads the whole flash of a ${id} unchanged`, async ({ table }) => {
    const { flash } = await table.place(id);
    const out = table.file('dump.bin');
    const { code, text } = await table.run(['-a', '0', '-s', `0x${from.toString(16)}:0x100000`, '-U', out]);
    expect(code, text).toBe(0);
    expect(Buffer.compare(readFileSync(out), flash.snapshot())).toBe(0);
  });
}

for (const [id, address, first, count] of [
  ['stm32f405', 0x0800_c000, 3, 2],
  ['photon', 0x080a_0000, 9, 2],
  ['electron', 0x0808_0000, 8, 2],
] as const) {
  test(`writes to a ${id} across a sector boundary, erases what it needs and nothing else`, async ({ table }) => {
    const { flash, violations } = await table.place(id);
    const size = id === 'stm32f405' ? 0x5001 : 0x2_1234;
    const data = randomBytes(size);
    const expected = flash.snapshot();
    const { code, text } = await table.run([
      '-a',
      '0',
      '-s',
      `0x${address.toString(16)}`,
      '-D',
      table.file('in.bin', data),
    ]);
    expect(code, text).toBe(0);
    for (const { address: at, size: bytes } of flash.sectors.slice(first, first + count)) {
      expected.fill(0xff, at - flash.start, at - flash.start + bytes);
    }
    expected.set(data, address - flash.start);
    expect(Buffer.compare(flash.snapshot(), expected)).toBe(0);
    const erases = flash.sectors.map(({ index }) => (index >= first && index < first + count ? 1 : 0));
    expect(flash.erasesPerSector).toEqual(erases);
    expect(violations()).toEqual([]);
  });
}

test('the other settings: reads option bytes and OTP, writes the DCT of a Photon and the serial flash of a P1', async ({
  table,
}) => {
  const st = await table.place('stm32f405');
  for (const [alternate, range, size] of [
    ['1', '0x1FFFC000:16', 16],
    ['2', '0x1FFF7800:528', 528],
  ] as const) {
    const out = table.file(`alt${alternate}.bin`);
    const { code, text } = await table.run(['-a', alternate, '-s', range, '-U', out]);
    expect(code, text).toBe(0);
    expect(readFileSync(out)).toHaveLength(size);
  }
  expect(st.violations()).toEqual([]);
  await st.cable.unplug();

  const p1 = await table.place('p1');
  const data = randomBytes(5000);
  for (const [alternate, at] of [
    ['1', 34],
    ['2', 0x1000],
  ] as const) {
    const [into, out] = [table.file('in.bin', data), table.file(`p1-${alternate}.bin`)];
    const written = await table.run(['-a', alternate, '-s', String(at), '-D', into]);
    expect(written.code, written.text).toBe(0);
    const read = await table.run(['-a', alternate, '-s', `${at}:5000`, '-U', out]);
    expect(read.code, read.text).toBe(0);
    expect(Buffer.compare(readFileSync(out), data)).toBe(0);
  }
  expect(p1.violations()).toEqual([]);
});

test('leaves an STM32F405: the address pointer is the program', async ({ table }) => {
  const { board, flash } = await table.place('stm32f405');
  const booted = board.booted();
  const { code, text } = await table.run([
    '-a',
    '0',
    '-s',
    '0x080E0000:leave',
    '-D',
    table.file('in.bin', flash.read(0x0800_0000, 64)),
  ]);
  expect(code, text).toBe(0);
  expect(await booted).toMatchObject({ end: 'application', at: 0x080e_0000 });
});

test('leaves a Photon: it resets, and boots the new content', async ({ table, bench }) => {
  const { board, flash } = await table.place('photon');
  const booted = board.booted();
  // The header is erased, and with it the application.
  const { text } = await table.run([
    '-a',
    '0',
    '-s',
    '0x080A0000:leave',
    '-D',
    table.file('in.bin', new Uint8Array(16)),
  ]);
  expect(text).toContain('File downloaded successfully');
  expect((await booted).end).toBe('safe mode');
  expect(flash.erasesPerSector[9]).toBe(1);
  expect(bench.faults).toEqual([]);
});

test('is refused below 0x08020000 on a Photon, whose map says otherwise', async ({ table }) => {
  const { flash } = await table.place('photon');
  const before = flash.snapshot();
  const { code, text } = await table.run(['-a', '0', '-s', '0x08010000', '-D', table.file('in.bin', randomBytes(64))]);
  expect(code).not.toBe(0);
  expect(text).toContain('get_status');
  expect(Buffer.compare(flash.snapshot(), before)).toBe(0);
});

test('a mass erase of an STM32F405: dfu-util knows that the poll time is wrong', async ({ table }) => {
  const { flash } = await table.place('stm32f405');
  const ended = new AbortController();
  const file = table.file('in.bin', new Uint8Array(4));
  const running = table.run(['-v', '-v', '-a', '0', '-s', '0x08000000:mass-erase:force', '-D', file], ended.signal);
  await expect.poll(() => flash.totalErases, { timeout: 10_000 }).toBe(12);
  // It would sleep for 35 s, although the chip is blank.
  ended.abort();
  expect((await running).text).toContain('Poll timeout 35000 ms');
});

test('a read-protected STM32F405 is unprotected: it leaves the bus, and comes back blank', async ({ table }) => {
  const { flash } = await table.place('stm32f405-protected');
  const refused = await table.run(['-a', '0', '-s', '0x08000000:64', '-U', table.file('no.bin')]);
  expect(refused.code).not.toBe(0);
  const { text } = await table.run([
    '-a',
    '0',
    '-s',
    '0x08000000:unprotect:force',
    '-D',
    table.file('in.bin', new Uint8Array(4)),
  ]);
  expect(text).toContain('Device disconnects');
  await expect.poll(() => flash.totalErases).toBe(12);
  // Its bootloader starts again some time after that.
  let tries = 0;
  await expect
    .poll(async () => {
      const out = table.file(`dump-${++tries}.bin`);
      const { code } = await table.run(['-a', '0', '-s', '0x08000000:64', '-U', out]);
      return code === 0 && readFileSync(out).every((byte) => byte === 0xff);
    })
    .toBe(true);
});

function escaped(text: string): string {
  return text.replaceAll(/[/*+.()?[\]\\]/g, '\\$&');
}

/** Boot verdicts, from complete lines only and compared with the expected app, and the expected app itself. */
import { describe, expect, test } from 'vitest';
import { makeBootLoader } from '../virtual-boards/esp/boot.ts';
import { buildOtadata } from '../virtual-boards/esp/firmware/otadata.ts';
import { factoryFlash } from '../virtual-boards/esp/firmware/factory.ts';
import { raftDemo150 } from '../virtual-boards/esp/firmware/raft-demo.ts';
import type { NorFlash } from '../virtual-boards/nor-flash.ts';
import { bootVerdict } from '../testing/esp/boot-verdict.ts';
import { arranged, boardOf, named, place } from '../testing/esp/placements.ts';

const again = ' Connect again: Sectorwise reads the board and shows what is missing.';
const board = await boardOf(factoryFlash().snapshot());
const { layout } = board;

function printed(flash: NorFlash): string {
  const { lines } = makeBootLoader()(flash);
  return lines.map(({ text }) => text).join('');
}

function flashWith(address: number, data: Uint8Array): NorFlash {
  const flash = factoryFlash();
  flash.load(address, data);
  return flash;
}

function updated(): NorFlash {
  const flash = flashWith(0x1d0000, raftDemo150());
  flash.load(0x1e000, buildOtadata({ seq: 1 }, { seq: 2 }));
  return flash;
}

/** A log as printed by real boards: ESP-IDF colours its lines by default. */
function coloured(text: string): string {
  return text.replaceAll(/^([IWE] .*)(\r\n)/gm, '\u001B[0;32m$1\u001B[0m$2');
}

describe('a boot log while it arrives', () => {
  const LOGS: readonly (readonly [string, string, string])[] = [
    ['a good start', printed(updated()), 'The board started app1 (0x1D0000).'],
    ['a good start in colours', coloured(printed(updated())), 'The board started app1 (0x1D0000).'],
    [
      'a damaged table',
      printed(factoryFlash({ damagedTable: true })),
      `The board does not start: the bootloader rejects the partition table.${again}`,
    ],
    [
      'a header that is too small',
      printed(factoryFlash({ headerMegabytes: 2 })),
      `The board does not start: a partition ends past the flash size in the bootloader header.${again}`,
    ],
    [
      'no bootloader',
      `ESP-ROM:esp32c3-api1-20210207\r\n${'invalid header: 0xffffffff\r\n'.repeat(8)}`,
      `The board does not start: the ROM finds no bootloader.${again}`,
    ],
    [
      'no app',
      printed(flashWith(0x20000, new Uint8Array(0x1000).fill(0xff))),
      `The board does not start: the bootloader found no app to load.${again}`,
    ],
    [
      'a first round that fails',
      `invalid header: 0xffffffff\r\n${printed(updated())}`,
      `The board does not start: the ROM finds no bootloader.${again}`,
    ],
  ];
  test.each(LOGS)('%s: the same verdict or none yet, wherever it is split', (_, log, says) => {
    const final = bootVerdict(log, layout, 'app1');
    expect(final?.says).toBe(says);
    const odd: string[] = [];
    for (let at = 0; at <= log.length; at++) {
      const early = bootVerdict(log.slice(0, at), layout, 'app1');
      if (early !== null && early.says !== final?.says) odd.push(`${at}: ${early.says}`);
    }
    expect(odd).toEqual([]);
  });

  test('a truncated offset gives no verdict', () => {
    const line = 'I (62) boot: Loaded app from partition at offset 0x1d0000';
    expect(bootVerdict(line.slice(0, -4), layout, 'app1')).toBeNull();
    expect(bootVerdict(line, layout, 'app1')).toBeNull();
    expect(bootVerdict(`${line}\r`, layout, 'app1')).toMatchObject({ good: true });
  });
});

describe('the app that started, compared with the expected one', () => {
  const started = (offset: string) => `I (62) boot: Loaded app from partition at offset ${offset}\r\n`;

  test('the planned app is good', () => {
    const verdict = bootVerdict(started('0x1d0000'), layout, 'app1');
    const says = 'The board started app1 (0x1D0000).';
    expect(verdict).toMatchObject({ good: true, partition: { name: 'app1' }, says });
  });

  test('another app is not good, and the verdict gives the next step', () => {
    expect(bootVerdict(started('0x20000'), layout, 'app1')).toMatchObject({
      good: false,
      partition: { name: 'app0' },
      says:
        'The board started app0 (0x20000), not app1 as planned: the bootloader fell back. ' +
        'Its log shows why it skipped app1; flash an app that is built for this board and its bootloader.',
    });
  });

  test('any app of the layout is good if none was expected', () => {
    expect(bootVerdict(started('0x20000'), layout, null)).toMatchObject({ good: true });
  });

  test.each([null, 'app1'])('an app at an address without a partition is not good (%s expected)', (expected) => {
    expect(bootVerdict(started('0x1d'), layout, expected)).toMatchObject({
      partition: null,
      good: false,
      says: `The board started an app at 0x1D, where the planned partition table has none.${again}`,
    });
  });
});

describe('the expected app', () => {
  const app = named('app.bin', raftDemo150());

  test('is in the slot that a new app is written to', () => {
    expect(arranged(place([app], board), board).boot.expected?.name).toBe('app1');
  });

  test('is the one that started before, if the files do not change that', () => {
    expect(arranged([], board).boot.expected?.name).toBe('app0');
  });

  test('is none with a blank table, which the bootloader accepts and which has no app', async () => {
    const blank = await boardOf(flashWith(0x8000, new Uint8Array(0x1000).fill(0xff)).snapshot());
    expect(arranged([], blank).boot.expected).toBeNull();
    expect(arranged([], blank).boot.says).toBe(
      'Afterwards: nothing starts. The partition table has no partitions, and therefore no app.',
    );
  });

  test('is unknown if the bootloader rejects the table', async () => {
    const small = await boardOf(factoryFlash({ headerMegabytes: 2 }).snapshot());
    expect(arranged(place([app], small), small).boot.expected).toBeNull();
  });
});

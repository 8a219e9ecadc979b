/** What each chip's ROM prints for a second stage that it does not start, and how old bootloaders log. */
import { describe, expect, it, test } from 'vitest';
import { NorFlash } from '../nor-flash.ts';
import { bootDecision, makeBootLoader, type BootOptions } from './boot.ts';
import { versionOf, printsColours } from './boot-log.ts';
import type { ChipName } from './chips/chip.ts';
import { CHIPS } from './chips/index.ts';
import { OPEN_FUSES } from './fuses.ts';
import { factoryFlash } from './firmware/factory.ts';

const NAMES = ['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6'] as const;

const saidBy = (flash: NorFlash, options: BootOptions): string[] =>
  bootDecision(flash, options).lines.map(({ text }) => text);

/** A healthy flash, except for one wrong byte in the first segment of its bootloader. */
function withBadSum(name: ChipName): NorFlash {
  const flash = factoryFlash({ chip: name });
  const at = CHIPS[name].bootloader.offset + 0x500;
  flash.load(
    at,
    flash.read(at, 1).map((byte) => byte ^ 1),
  );
  return flash;
}

describe('a bootloader with a wrong checksum', () => {
  // ESP32, S3, C3: seen on ROM code; S3: espressif/esp-idf issue 10692; C3: esp-rs/esp-idf-template issue 27.
  it.each<[ChipName, RegExp[]]>([
    ['ESP32', [/^csum err:0x[0-9a-f]+!=0x[0-9a-f]+$/, /^Falling back to built-in command interpreter\.$/]],
    ['ESP32-S3', [/^Checksum failure\. Calculated 0x[0-9a-f]{2} stored 0x[0-9a-f]{2}$/, /^ets_main\.c 329 $/]],
    ['ESP32-C3', [/^Checksum failure\. Calculated 0x[0-9a-f]{2} stored 0x[0-9a-f]{2}$/, /^ets_main\.c 333 $/]],
  ])('%s', (name, words) => {
    const said = saidBy(withBadSum(name), { chip: CHIPS[name] });
    for (const [i, pattern] of words.entries()) expect(said.at(i - words.length)).toMatch(pattern);
  });

  it('does not fall back to the console if the fuse has disabled it', () => {
    const said = saidBy(withBadSum('ESP32'), {
      // An even number of bits: nothing is decrypted, but the fuses are burnt.
      fuses: { ...OPEN_FUSES, encryption: { key: new Uint8Array(32), count: 0b11, manual: 'allowed' } },
    });
    expect(said.at(-1)).toBe('ets_main.c 371 ');
  });
});

// On an ESP32 until its watchdog bites, on the others endlessly: for as long as the test listens.
test.each([
  ['ESP32', 8, 0.3],
  ['ESP32-S3', 244, 10],
  ['ESP32-C3', 244, 10],
  ['ESP32-C6', 244, 10],
] as const)(
  'the ROM of an %s says of a blank flash %i times that it has no header, for %d s',
  (name, times, seconds) => {
    const { lines, running } = makeBootLoader({ chip: CHIPS[name] })(new NorFlash(0x100000));
    const words = lines.filter(({ text }) => text === 'invalid header: 0xffffffff\r\n');
    expect([running, lines.at(-1), words.length]).toEqual([false, words.at(-1), times]);
    expect((words.at(-1)?.afterMs ?? 0) / 1000).toBeCloseTo(seconds, 1);
  },
);

describe('a segment header that straddles two 16-byte reads', () => {
  const LINE = 'ho 0 tail 12 room 4';

  it('is reported by the ROM of an ESP32, before that segment', () => {
    const said = saidBy(factoryFlash(), {});
    // From the header on: 24 + 8 + 6380 and 8 + 15948 + 8 + 4 more are 12 past a multiple of 16; 8 + 15948 is not.
    expect(said.filter((text) => text === LINE || text.startsWith('load:'))).toEqual([
      'load:0x3fff0030,len:6380',
      LINE,
      'load:0x40078000,len:15948',
      'load:0x40080400,len:4',
      LINE,
      'load:0x40080404,len:3208',
    ]);
  });

  it.each(NAMES.slice(1))('is not reported by the ROM of an %s', (name) => {
    expect(saidBy(factoryFlash({ chip: name }), { chip: CHIPS[name] })).not.toContain(LINE);
  });
});

describe('a bootloader of ESP-IDF 4.4', () => {
  /** The log without timestamps, with visible escapes. */
  const said = (sizes: { flashMegabytes: 4 | 8; headerMegabytes: 2 | 4 }) =>
    saidBy(factoryFlash({ bootloaderIdf: 'v4.4.4', ...sizes }), {}).map((text) =>
      text.replaceAll('\x1b', '␛').replace(/ \(\d+\)/, ''),
    );

  it('logs in green and red, and less than later ones', () => {
    const lines = said({ flashMegabytes: 4, headerMegabytes: 2 });
    const from = lines.findIndex((text) => text.startsWith('entry ')) + 1;
    expect(lines.slice(from)).toEqual([
      '␛[0;32mI boot: ESP-IDF v4.4.4 2nd stage bootloader␛[0m',
      '␛[0;32mI boot: compile time 10:00:00␛[0m',
      '␛[0;32mI boot: chip revision: v3.0␛[0m',
      '␛[0;32mI boot_comm: chip revision: 3, min. bootloader chip revision: 0␛[0m',
      '␛[0;32mI boot.esp32: SPI Speed      : 40MHz␛[0m',
      '␛[0;32mI boot.esp32: SPI Mode       : DIO␛[0m',
      '␛[0;32mI boot.esp32: SPI Flash Size : 2MB␛[0m',
      '␛[0;32mI boot: Enabling RNG early entropy source...␛[0m',
      '␛[0;31mE flash_parts: partition 3 invalid - offset 0x1d0000 size 0x1b0000 exceeds flash chip size 0x200000␛[0m',
      '␛[0;31mE boot: Failed to verify partition table␛[0m',
      '␛[0;31mE boot: load partition table error!␛[0m',
    ]);
  });

  it('leaves the app to log as its own ESP-IDF version does', () => {
    const lines = said({ flashMegabytes: 8, headerMegabytes: 4 });
    expect(lines).toContain('␛[0;32mI boot: Loaded app from partition at offset 0x20000␛[0m');
    expect(lines).toContain('I main_task: Calling app_main()');
  });
});

test.each([
  ['v4.3.2', 403, false],
  ['v4.4-dev-744-g1cb31e509', 404, true],
  ['4.4.1', 404, true],
  ['v5.0.4', 500, true],
  ['v5.1.2-dirty', 501, true],
  ['v5.2', 502, false],
  ['', 0, false],
])('ESP-IDF "%s" is version %i; colours: %s', (idf, version, colours) => {
  expect([versionOf(idf), printsColours(idf)]).toEqual([version, colours]);
});

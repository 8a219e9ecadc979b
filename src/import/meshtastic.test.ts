/** Builds of Meshtastic: its app and file system go where the list's own partition table has them. */
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unpackEsp } from '../esp/import/unpack.ts';
import { md5Hex } from '../formats/hashes.ts';
import { source } from '../testing/esp/archives.ts';
import { boardOf } from '../testing/esp/placements.ts';
import { GOOD } from '../testing/rules/images.ts';
import { SOUND } from '../testing/rules/samples.ts';

const FS = new Uint8Array(4096).fill(0x5a);
const STEM = 'firmware-tbeam-2.7.26.54e0d8d';
const row = (name: string, type: string, subtype: string, offset: string | number, size: string) => ({
  name,
  type,
  subtype,
  offset,
  size,
  flags: '',
});

/** A list as `bin/platformio-custom.py` writes it. */
const list = (more: object = {}, files: readonly object[] = FILES) => ({
  version: '2.7.26.54e0d8d',
  build_epoch: 1_764_000_000,
  platformioTarget: 'tbeam',
  mcu: 'esp32',
  repo: 'meshtastic/firmware',
  files,
  has_mui: false,
  part: [
    row('nvs', 'data', 'nvs', '0x9000', '0x5000'),
    row('otadata', 'data', 'ota', '0xe000', '0x2000'),
    row('app0', 'app', 'ota_0', '0x10000', '0x250000'),
    row('app1', 'app', 'ota_1', '0x260000', '0xA0000'),
    row('spiffs', 'data', 'spiffs', 3_145_728, '0x100000'),
  ],
  architecture: 'esp32',
  displayName: 'LILYGO T-Beam',
  ...more,
});
const entry = (name: string, data: Uint8Array, part_name?: string) => ({
  name,
  md5: md5Hex(data),
  bytes: data.length,
  ...(part_name !== undefined && { part_name }),
});
const APP_FILE = entry(`${STEM}.bin`, GOOD, 'app0');
const FS_FILE = entry('littlefs-tbeam-2.7.26.54e0d8d.bin', FS, 'spiffs');
const FILES = [
  entry(`${STEM}.elf`, FS),
  APP_FILE,
  entry(`${STEM}.factory.bin`, FS),
  FS_FILE,
  entry('mt-esp32-ota.bin', FS),
];

async function drop(files: Readonly<Record<string, Uint8Array | string>>, chip = 'ESP32') {
  const sources = Object.entries(files).map(([path, data]) => source(path, data));
  return unpackEsp(sources, await boardOf(SOUND, { chip }));
}

const whole = (json: object = list()) => ({
  [`${STEM}.mt.json`]: JSON.stringify(json),
  [`${STEM}.bin`]: GOOD,
  [`${STEM}.factory.bin`]: FS,
  'littlefs-tbeam-2.7.26.54e0d8d.bin': FS,
  'mt-esp32-ota.bin': FS,
});

describe('a build of Meshtastic', () => {
  test('puts its app and its files where its own table has them, and says what of it is not used', async () => {
    const { container, says, parts, left, findings } = await drop(whole());
    expect(container).toBe('Meshtastic build');
    expect(says).toMatch(/^A Meshtastic build, “LILYGO T-Beam 2\.7\.26\.54e0d8d”, for the ESP32: /);
    expect(parts.map(({ name, at }) => [name, at])).toEqual([
      [`${STEM}.bin`, 0x10000],
      ['littlefs-tbeam-2.7.26.54e0d8d.bin', 0x300000],
    ]);
    expect(left.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      `${STEM}.factory.bin: the same app with bootloader and partition table: to use it, add it on its own`,
      'mt-esp32-ota.bin: for updates over Bluetooth or Wi-Fi: to use it, add it on its own',
    ]);
    expect(findings).toEqual([]);
  });

  test('in an archive is the same', async () => {
    const files = Object.fromEntries(
      Object.entries(whole()).map(([name, data]) => [
        name,
        typeof data === 'string' ? new TextEncoder().encode(data) : data,
      ]),
    );
    const { container, parts } = await drop({ 'firmware-esp32.zip': zipSync(files) });
    expect([container, parts.length]).toEqual(['Meshtastic build', 2]);
  });

  test('of an older version, whose list names no partitions, is known by its names', async () => {
    const old = FILES.map(({ name, md5, bytes }) => ({ name, md5, bytes }));
    const { parts } = await drop(whole(list({ part: null, platformioTarget: undefined, board: 'tbeam' }, old)));
    expect(parts.map(({ name, at }) => [name, at])).toEqual([
      [`${STEM}.bin`, undefined],
      ['littlefs-tbeam-2.7.26.54e0d8d.bin', undefined],
    ]);
  });

  test('with another file under the name of its app does not use it', async () => {
    const { parts, findings } = await drop({
      ...whole(),
      [`${STEM}.bin`]: GOOD.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    });
    expect(parts.map(({ name }) => name)).toEqual(['littlefs-tbeam-2.7.26.54e0d8d.bin']);
    expect(findings.map(({ kind }) => kind)).toContain('build-file-changed');
  });

  test('for another chip is left out', async () => {
    const { parts, says } = await drop(whole(), 'ESP32-S3');
    expect([parts, says]).toEqual([[], 'No build here is for an ESP32-S3.']);
  });

  test.each([
    ['files that are none', list({}, [])],
    [
      'values of wrong types',
      { mcu: 'esp32', files: [null, 7, { name: 5, md5: 'x' }, { name: 'a', md5: 'b', part_name: {} }], part: 'x' },
    ],
    ['an offset outside of every flash', list({ part: [row('app0', 'app', 'ota_0', '0xFFFFFFFF', '1')] })],
  ])('with %s is no danger', async (_, json) => {
    const { parts } = await drop(whole(json));
    for (const { at = 0 } of parts) expect(at).toBeLessThan(0x1000_0000);
  });
});

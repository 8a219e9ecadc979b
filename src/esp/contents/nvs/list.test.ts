/** What a person is shown of settings: which are hidden, what is damaged and where, and what could still be saved. */
import { describe, expect, it } from 'vitest';
import { nvsVectors } from '../../../testing/contents/nvs-images.ts';
import { romCrc32 } from '../../../formats/crc32.ts';
import { entryOffset } from './cells.ts';
import { edit, make } from './edit.ts';
import { listNvs } from './list.ts';
import type { SettingEdit } from './model.ts';
import { readNvs } from './read.ts';

const PAGE = 0x1000;

function vector(name: string): Uint8Array {
  return nvsVectors().find((each) => each.name === name)?.image ?? new Uint8Array();
}

function imageOf(...settings: readonly (readonly [key: string, type: string, value: string])[]): Uint8Array {
  const made = make(3 * PAGE);
  const edits = settings.map(([key, type, value]): SettingEdit => ({
    edit: 'set',
    namespace: 'cfg',
    key,
    type,
    value,
  }));
  const image = 'data' in made ? edit(made.data, edits) : made;
  if ('refusal' in image) throw new Error(image.refusal.says);
  return image.data;
}

/** The image with one bit of a byte cleared or set. */
function flipped(image: Uint8Array, at: number): Uint8Array {
  const damaged = image.slice();
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

function saysOf(image: Uint8Array): string[] {
  return listNvs(image).findings.map(({ kind, says }) => `${kind}: ${says}`);
}

describe('secrets', () => {
  it.each([
    ['wifi_pass', 'string', 'abc'],
    ['sta.pswd', 'blob', '616263'],
    ['apiKey', 'u32', '5'],
    ['mqtt_cert', 'string', 'x'],
    ['blob', 'blob', '308201aa'],
    ['note', 'string', '-----BEGIN CERTIFICATE-----\nMIIB'],
    ['url', 'string', 'mqtt://user:hunter2@broker'],
    ['id', 'string', '00112233445566778899aabbccddeeff'],
    ['id', 'string', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc'],
  ])('%s as %s %s is hidden', (...setting) => {
    expect(listNvs(imageOf(setting)).settings).toMatchObject([{ secret: true }]);
  });

  it.each([
    ['ssid', 'string', 'home'],
    ['monkey', 'string', 'banana'],
    ['channel', 'u8', '6'],
    ['url', 'string', 'https://example.com/firmware/latest.bin'],
    ['cal', 'blob', '00010203'],
  ])('%s as %s %s is shown', (...setting) => {
    expect(listNvs(imageOf(setting)).settings).toMatchObject([{ secret: false }]);
  });

  it('are in no finding', () => {
    const image = imageOf(['wifi_pass', 'string', 'hunter2hunter2hunter2hunter2hunter2']);
    const data = entryOffset(0, 2) + 3;
    expect(JSON.stringify(listNvs(flipped(image, data)).findings)).not.toContain('hunter2');
  });
});

describe('damage', () => {
  const image = imageOf(['name', 'string', 'sensor in the cellar, next to the boiler'], ['count', 'u32', '7']);

  it('of an entry is named with its place, and what the firmware does', () => {
    expect(saysOf(flipped(image, entryOffset(0, 4) + 24))).toEqual([
      /nvs-entry-damaged: 1 entry of page 0, from 0xC0 on, cannot be read: .*erases this at its next start/,
    ]);
  });

  it('of data leaves the setting without a value', () => {
    const damaged = flipped(image, entryOffset(0, 2));
    expect(listNvs(damaged).settings).toMatchObject([
      { key: 'count', value: '7' },
      { key: 'name', value: null },
    ]);
    expect(saysOf(damaged)).toEqual([/nvs-data-damaged: The data of “name” in page 0 at 0x60 has a wrong CRC/]);
  });

  it('of a page header loses its settings to the firmware, and they can still be saved', () => {
    const damaged = flipped(image, 5);
    expect(listNvs(damaged).settings).toEqual([]);
    expect(saysOf(damaged)).toEqual([
      /nvs-page-corrupt: Page 0 at 0x0/,
      /nvs-recoverable: 2 more values .*cfg\/name and cfg\/count/,
    ]);
    expect(readNvs(damaged).recoverable.map(({ key, data }) => [key, data?.length])).toEqual([
      ['name', 41],
      ['count', 4],
    ]);
  });

  it('by a power cut in an older library shows what that would have kept', () => {
    expect(saysOf(vector('cut-v30-4000-mixed-03'))).toContainEqual(/nvs-recoverable: 36 more values/);
  });

  it('that keeps the library from starting is a problem, and everything is listed', () => {
    const listed = listNvs(vector('size-no-blank-page'));
    expect(listed.findings).toMatchObject([{ kind: 'nvs-no-free-page', verdict: 'problem' }]);
    expect(listed.settings).toHaveLength(109);
  });

  it('of a namespace’s name leaves its values, under its number', () => {
    const damaged = flipped(image, entryOffset(0, 0) + 10);
    expect(saysOf(damaged)).toContainEqual(/nvs-no-namespace: 2 values belong to namespace 1/);
    expect(listNvs(damaged).settings).toMatchObject([
      { namespace: 'namespace 1 (name lost)', key: 'count', value: '7' },
      { namespace: 'namespace 1 (name lost)', key: 'name' },
    ]);
  });

  it('has the place that the caller gives', () => {
    const listed = listNvs(flipped(image, 5), {}, (offset, size) => ({
      in: 'flash',
      range: { region: 'flash', address: 0x9000 + offset, size },
    }));
    expect(listed.findings[0]?.place).toEqual({ in: 'flash', range: { region: 'flash', address: 0x9000, size: PAGE } });
  });
});

it('a newer version of the format is not read', () => {
  const newer = imageOf(['count', 'u32', '7']);
  newer[8] = 0xfd;
  new DataView(newer.buffer).setUint32(28, romCrc32(newer.subarray(4, 28)), true);
  expect(readNvs(newer).failed).toBe('new-version');
  expect(saysOf(newer)).toEqual([/nvs-new-version: Page 0 has version byte 0xFD/]);
});

it('a partition too large to be one for settings is not read', () => {
  expect(saysOf(new Uint8Array((1 << 20) + PAGE))).toEqual([/nvs-too-large: This partition has .* up to 1 MiB/]);
});

it('the details say how many pages and free entries there are', () => {
  expect(listNvs(imageOf(['count', 'u32', '7'])).details).toBe(
    '3 pages: 1 active, 2 blank; 250 entries of 32 bytes free',
  );
  expect(listNvs(vector('fresh-6000-enc')).details).toBe('6 pages, encrypted');
});

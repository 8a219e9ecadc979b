/** What the demo app writes when it first starts, compared over the whole flash. */
import { describe, expect, test } from 'vitest';
import type { NorFlash } from '../nor-flash.ts';
import { makeBootLoader } from './boot.ts';
import { buildAppImage } from './firmware/app-image.ts';
import { factoryFlash } from './firmware/factory.ts';
import { buildNvs, nvsWritesOf, type NvsEntry, type NvsNamespace } from './firmware/nvs.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from './firmware/partition-table.ts';
import { raftDemo150 } from './firmware/raft-demo.ts';
import { RawClient } from '../../testing/virtual-boards/esp-client.ts';

const [NVS, NVS_SIZE, APP] = [0x9000, 0x15000, 0x20000];
const BOOTS = { key: 'boots', type: 'i32', value: 1 } as const;
const UNITS = { key: 'units', type: 'u8', value: 0 } as const;

const raft = (...entries: NvsEntry[]): NvsNamespace => ({ name: 'raft', entries });

/** A factory flash with other settings. */
function withNvs(content: Uint8Array): NorFlash {
  const flash = factoryFlash();
  flash.load(NVS, new Uint8Array(NVS_SIZE).fill(0xff));
  flash.load(NVS, content);
  return flash;
}

/** A board with this flash, four seconds after power-on. */
async function started(flash: NorFlash): Promise<RawClient> {
  const client = new RawClient({ flash, boot: makeBootLoader() });
  await client.wait(4000);
  expect(client.board.mode).toBe('app');
  return client;
}

/** The whole flash as it was, except for the settings. */
function wantedOf(before: Uint8Array, nvs: Uint8Array): Uint8Array {
  const wanted = before.slice();
  wanted.set(nvs, NVS);
  return wanted;
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe('raft-demo', () => {
  test('initialises the settings of a board without any, once, when app_main is called', async () => {
    const flash = withNvs(new Uint8Array(0));
    const before = flash.snapshot();
    const client = new RawClient({ flash, boot: makeBootLoader() });
    await client.wait(300);
    expect(same(flash.snapshot(), before)).toBe(true);
    await client.wait(3700);
    const wanted = wantedOf(before, buildNvs(NVS_SIZE, [raft(BOOTS)]));
    expect(same(flash.snapshot(), wanted)).toBe(true);
    client.board.detach();
    await started(flash);
    expect(same(flash.snapshot(), wanted)).toBe(true);
    expect([flash.totalErases, flash.violations]).toEqual([0, []]);
  });

  test('writes nothing if its settings exist, as they do in factory state', async () => {
    const flash = factoryFlash();
    const before = flash.snapshot();
    await started(flash);
    expect(same(flash.snapshot(), before)).toBe(true);
  });

  test('adds the setting that is new in 1.5.0 after those of the previous version', async () => {
    const old = { key: 'name', type: 'string', value: 'Raft on the bench, with a long name' } as const;
    const flash = withNvs(buildNvs(NVS_SIZE, [raft(old, { ...BOOTS, value: 41 })]));
    flash.load(APP, raftDemo150());
    const before = flash.snapshot();
    await started(flash);
    const wanted = wantedOf(before, buildNvs(NVS_SIZE, [raft(old, { ...BOOTS, value: 41 }, UNITS)]));
    expect(same(flash.snapshot(), wanted)).toBe(true);
    expect(flash.violations).toEqual([]);
  });

  test('writes nothing if the board is reset into its loader before app_main', async () => {
    const flash = withNvs(new Uint8Array(0));
    const before = flash.snapshot();
    const client = new RawClient({ flash, boot: makeBootLoader() });
    await client.wait(100);
    await client.connect();
    await client.wait(4000);
    expect([client.board.mode, same(flash.snapshot(), before)]).toEqual(['rom', true]);
  });

  test.each<[string, (flash: NorFlash) => void]>([
    ['a page that is none of NVS’s', (flash) => flash.load(NVS + 0x1000, Uint8Array.of(0))],
    ['another app', (flash) => flash.load(APP, buildAppImage({ project: 'other', version: '1', seed: 1 }))],
    ['a table without NVS', (flash) => flash.load(0x8000, buildPartitionTable(RAFT_OTA_ROWS.slice(1)))],
    [
      'NVS that is encrypted',
      (flash) => {
        const rows = RAFT_OTA_ROWS.map((row) => (row.label === 'nvs' ? { ...row, flags: 1 } : row));
        flash.load(0x8000, buildPartitionTable(rows));
      },
    ],
  ])('with %s, nothing is written', async (_, change) => {
    const flash = withNvs(new Uint8Array(0));
    change(flash);
    const before = flash.snapshot();
    await started(flash);
    expect(same(flash.snapshot(), before)).toBe(true);
  });
});

describe('NVS writes', () => {
  test('start with the page header, then each entry followed by its state', () => {
    const writes = nvsWritesOf(new Uint8Array(0x3000).fill(0xff), 'raft', BOOTS);
    expect(writes.map(({ at, bytes }) => [at, bytes.length])).toEqual([
      [0, 32],
      [64, 32],
      [32, 1],
      [96, 32],
      [32, 1],
    ]);
  });

  test('only clear bits', () => {
    const partition = buildNvs(0x3000, [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'bench' }] }]);
    for (const { at, bytes } of nvsWritesOf(partition, 'raft', UNITS)) {
      const held = partition.subarray(at, at + bytes.length);
      expect(bytes.every((byte, i) => ((held[i] ?? 0) & byte) === byte)).toBe(true);
      partition.set(bytes, at);
    }
    const wifi: NvsNamespace = { name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'bench' }] };
    expect(same(partition, buildNvs(0x3000, [wifi, raft(UNITS)]))).toBe(true);
  });

  test('are none if the active page is full', () => {
    const entries = Array.from({ length: 124 }, (_, i) => ({ key: `k${i}`, type: 'u8', value: i }) as const);
    expect(nvsWritesOf(buildNvs(0x3000, [raft(...entries)]), 'raft', BOOTS)).toEqual([]);
  });
});

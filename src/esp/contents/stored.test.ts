/** Bytes that are not on the board: a dropped file of any kind, and a partition of a backup, are opened and changed like the board's. */
import { describe, expect, test } from 'vitest';
import { imageBytes } from '../../flash/partition-contents.ts';
import type { ContentEdit } from '../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { partitionWith, RISCV_CRASH } from '../../testing/contents/core-dumps.ts';
import { fatImage } from '../../testing/contents/fat-images.ts';
import { littleFsImage } from '../../testing/contents/littlefs-images.ts';
import { spiffsImage } from '../../testing/contents/spiffs-images.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildCoreDump } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { editEspStored, openEspStored } from './stored.ts';

const NVS = buildNvs(0x3000, [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'boathouse' }] }]);
const SET: ContentEdit = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' };

const listing = async (data: Uint8Array, type: string | null = null) =>
  (await openEspStored({ bytes: imageBytes(data), type, keys: null })).listing;

describe('a dropped file', () => {
  test.each([
    ['settings', NVS, 'NVS'],
    ['LittleFS', littleFsImage('mk-64k'), 'LittleFS'],
    ['SPIFFS', spiffsImage('gen-idf-64k'), 'SPIFFS'],
    ['FAT with wear levelling', fatImage('empty-wl-512k'), 'FAT'],
    ['an app', buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x4000 }), 'App'],
    ['a core dump', partitionWith(buildCoreDump(RISCV_CRASH)), 'Core dump'],
    ['nothing but erased cells', new Uint8Array(0x3000).fill(0xff), 'Blank'],
  ])('with %s is opened as that', async (_, data, format) => {
    expect(await listing(data)).toMatchObject({ format });
  });

  test('of a few bytes, or of none, is only bytes', async () => {
    for (const size of [0, 1, 100, 0x1001])
      expect(await listing(new Uint8Array(size).fill(7))).toEqual({ kind: 'unknown' });
  });

  test('is changed, and what changes is named without its value', async () => {
    const edited = await editEspStored({ data: NVS, type: null, keys: null }, [SET], NEVER_YIELD);
    expect(edited).toMatchObject({ changes: ['wifi/ssid'] });
    const data = 'data' in edited ? edited.data : NVS;
    expect(data.length).toBe(NVS.length);
    expect(await listing(data)).toMatchObject({ settings: [{ key: 'ssid', value: 'attic' }] });
    expect(JSON.stringify('changes' in edited && edited.changes)).not.toContain('attic');
  });

  test('in which nothing is known is not changed', async () => {
    const refused = await editEspStored({ data: new Uint8Array(500), type: null, keys: null }, [SET], NEVER_YIELD);
    expect(refused).toMatchObject({ refusal: { kind: 'contents-unreadable' } });
  });
});

test('a blank partition of a backup is an empty one where the firmware keeps its settings', async () => {
  const blank = new Uint8Array(0x3000).fill(0xff);
  expect(await listing(blank, 'data, nvs')).toMatchObject({ format: 'NVS', settings: [] });
  expect(await listing(blank, 'app, ota_0')).toMatchObject({ format: 'Blank' });
});

/** The judges notice false claims of each kind; without that, a run without complaints would prove nothing. */
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../../../virtual-boards/esp/firmware/app-image.ts';
import { buildPartitionTable } from '../../../virtual-boards/esp/firmware/partition-table.ts';
import type { Content, Inspection } from '../../../flash/family.ts';
import type { Fate } from '../../../flash/fates.ts';
import type { Partition } from '../../../flash/layout.ts';
import { judgeBoard } from './board.ts';
import { judgeFates } from './fates.ts';
import { Judge } from './judge.ts';
import type { Cells } from './reader.ts';

const ROWS = [
  { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x3000 },
  { label: 'app', type: 0, subtype: 0, offset: 0x10000, size: 0x10000 },
];
const APP = buildAppImage({ project: 'demo', version: '1.0.0', seed: 3, size: 0x4000 });

/** A flash of 128 KiB with this table, settings and an app. */
function flashOf(rows = ROWS, app = APP): Cells {
  const bytes = new Uint8Array(0x20000).fill(0xff);
  bytes.set(buildPartitionTable(rows), 0x8000);
  bytes.fill(0x11, 0x9000, 0x9100);
  bytes.set(app, 0x10000);
  return { start: 0, bytes };
}

const nvs: Partition = {
  region: 'flash',
  name: 'nvs',
  role: 'settings',
  type: 'data, nvs',
  address: 0x9000,
  size: 0x3000,
};
const app: Partition = {
  region: 'flash',
  name: 'app',
  role: 'app',
  type: 'app, factory',
  address: 0x10000,
  size: 0x10000,
};

function fatesSaid(fates: readonly Fate[], before: Cells, after: Cells, files: readonly Uint8Array[] = []): string[] {
  const judge = new Judge();
  judgeFates(judge, fates, { before, after, hasTable: true, isPlain: true, files });
  return judge.untrue.map(({ said, is }) => `${said}; ${is}`);
}

const kept = (partition: Partition): Fate => ({
  fate: 'kept',
  before: partition,
  after: partition,
  blank: false,
  readable: true,
});

describe('fates', () => {
  test('partitions that are as they were are kept', () => {
    expect(fatesSaid([kept(nvs), kept(app)], flashOf(), flashOf())).toEqual([]);
  });

  test('one byte less is not kept', () => {
    const after = flashOf();
    after.bytes[0x9080] = 0;
    expect(fatesSaid([kept(nvs), kept(app)], flashOf(), after)).toEqual(['nvs is kept; its byte at +0x80 changed']);
  });

  test('one of another size is not kept', () => {
    const shorter = flashOf(ROWS.map((row) => (row.label === 'nvs' ? { ...row, size: 0x2000 } : row)));
    const fate: Fate = { fate: 'kept', before: nvs, after: { ...nvs, size: 0x2000 }, blank: false, readable: true };
    expect(fatesSaid([fate, kept(app)], flashOf(), shorter)).toEqual(['nvs is kept; it has 8192 bytes, and had 12288']);
  });

  test('a partition that nobody speaks of is missed', () => {
    expect(fatesSaid([kept(app)], flashOf(), flashOf())).toEqual(['no fate for nvs; nvs at 0x9000 held 256 bytes']);
  });

  test('one that is not in the table any more is not kept, and one that still is, is not lost', () => {
    const without = flashOf(ROWS.slice(1));
    expect(fatesSaid([kept(nvs), kept(app)], flashOf(), without)).toEqual([
      'nvs is kept; the table on the flash has no partition 0x9000, 12288 bytes',
    ]);
    const lost: Fate = { fate: 'lost', before: nvs, after: null, blank: false };
    expect(fatesSaid([lost, kept(app)], flashOf(), flashOf())).toEqual([
      'nvs is lost; its content is unchanged, and nvs begins there',
    ]);
    expect(fatesSaid([lost, kept(app)], flashOf(), without)).toEqual([]);
  });

  test('one that is overwritten holds the file', () => {
    const fate: Fate = { ...kept(app), fate: 'overwritten', before: app, after: app, blank: false, readable: true };
    const other = new Uint8Array(0x1000).fill(7);
    expect(fatesSaid([kept(nvs), fate], flashOf(), flashOf(), [other])).toHaveLength(1);
    expect(fatesSaid([kept(nvs), fate], flashOf(), flashOf(ROWS, APP.subarray(0, 0x2000)), [other])).toHaveLength(1);
    expect(fatesSaid([kept(nvs), fate], flashOf(), flashOf(ROWS, other), [other])).toEqual([]);
  });

  test('one that was there is not new', () => {
    const fate: Fate = { fate: 'new', before: null, after: nvs };
    expect(fatesSaid([kept(app), fate], flashOf(), flashOf())).toContain('nvs is new; nvs was there before');
  });
});

function boardSaid(contents: readonly Content[], now: Cells, starts: number | null, unfinished = false): string[] {
  const board: Inspection = {
    identity: { family: 'esp', chip: 'ESP32', revision: '', key: null, facts: [] },
    layout: { map: { regions: [] }, partitions: [nvs, app], guards: [], ciphered: [] },
    contents,
    findings: [],
    boot: { partition: app, says: '' },
    examinable: null,
    protections: [],
    settings: [],
    saves: [],
  };
  const judge = new Judge();
  judgeBoard(judge, board, { now, hasTable: true, starts, unfinished });
  return judge.untrue.map(({ said, is }) => `${said}; ${is}`);
}

const holds = ({ region, address, size }: Partition, kind: string, says: string): Content => ({
  region,
  address,
  size,
  kind,
  says,
});
const DEMO = holds(app, 'app', 'The app "demo", version 1.0.0, for ESP32.');

describe('a board that is shown', () => {
  test('is the one that is there', () => {
    expect(boardSaid([DEMO], flashOf(), 0x10000)).toEqual([]);
  });

  test('does not start another app, or none', () => {
    expect(boardSaid([], flashOf(), 0x9000)).toEqual(['app starts; the app at 0x9000 would']);
    expect(boardSaid([], flashOf(), null)).toEqual(['app starts; nothing would start']);
  });

  test('does not show half an app as whole, or one as another', () => {
    const half = flashOf(ROWS, APP.subarray(0, 0x2000));
    expect(boardSaid([DEMO], half, 0x10000)).toEqual([`app: ${DEMO.says}; its image is not complete`]);
    const older = { ...DEMO, says: 'The app "demo", version 0.9.0, for ESP32.' };
    expect(boardSaid([older], flashOf(), 0x10000)).toEqual([`app: ${older.says}; demo 1.0.0`]);
  });

  test('does not show as empty what holds something, and the other way round', () => {
    const blank = holds(nvs, 'blank', 'Blank (erased).');
    expect(boardSaid([blank], flashOf(), 0x10000)).toHaveLength(1);
    const erased = flashOf();
    erased.bytes.fill(0xff, 0x9000, 0xc000);
    const settings = holds(nvs, 'nvs', 'Settings (NVS): 3 entries of 32 bytes in 1 page.');
    expect(boardSaid([settings], erased, 0x10000)).toEqual([`nvs: ${settings.says}; it is blank`]);
  });

  test('may say that it looked at a start only, but not where a job left the rest half written', () => {
    const first = holds(nvs, 'blank', 'Blank (erased) in its first 4 KiB.');
    const now = flashOf();
    now.bytes.fill(0xff, 0x9000, 0xa000);
    now.bytes[0xa100] = 0;
    expect(boardSaid([first], now, 0x10000)).toEqual([]);
    expect(boardSaid([first], now, 0x10000, true)).toHaveLength(1);
  });

  test('counts settings again', () => {
    const says = 'Settings (NVS): 3 entries of 32 bytes in 1 page.';
    expect(boardSaid([holds(nvs, 'nvs', says)], flashOf(), 0x10000)).toEqual([`nvs: ${says}; 0 in 0 pages`]);
  });

  test('has the partitions of its table', () => {
    const renamed = ROWS.map((row) => (row.label === 'nvs' ? { ...row, label: 'settings' } : row));
    expect(boardSaid([], flashOf(renamed), 0x10000)).toEqual(['nvs 0x9000 12288; settings 0x9000 12288']);
  });
});

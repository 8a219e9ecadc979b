/** Free flash is offered to the app slots and to the data beside it, and what is offered breaks no rule. */
import { expect, test } from 'vitest';
import type { Editing } from '../../flash/layout-editor.ts';
import { readCsv } from './csv.ts';
import { edited } from './edit.ts';
import { freeFlash } from './free-flash.ts';
import { layoutEditor as editor } from './layout-editor.ts';

const MIB = 1 << 20;
const HEAD = 'nvs,data,nvs,0x9000,20K\notadata,data,ota,0xe000,8K\n';
/** The default table of arduino-esp32 with 320 KiB of its file system given up. */
const ARDUINO =
  `${HEAD}app0,app,ota_0,0x10000,0x140000\napp1,app,ota_1,0x150000,0x140000\n` +
  'spiffs,data,spiffs,0x290000,0x110000\ncoredump,data,coredump,0x3f0000,64K\n';

function tableOf(csv: string, flashSize = 4 * MIB) {
  return { rows: readCsv(csv, { name: 'a.csv' }).rows, flashSize, tableAddress: 0x8000, secureBoot: 'off' } as const;
}

function offered(csv: string, flashSize?: number) {
  const table = tableOf(csv, flashSize);
  const editing = editor.begin(table);
  const free = freeFlash(editing, table);
  return { table, editing, free, says: free.map(({ gives }) => gives.map(({ says }) => says)) };
}

function places({ rows }: Editing) {
  return rows.map(({ name, offset, size }) => `${name} 0x${offset.toString(16)} ${size >> 10}K`);
}

test('the app slots take what a file system gave up: what lies behind them moves, and keeps its size', () => {
  const { table, editing, free, says } = offered(ARDUINO);
  expect(free).toMatchObject([{ offset: 0x3a0000, size: 0x50000 }]);
  expect(says).toEqual([
    ['give it to the app slots: 1408 KiB each', 'give it to spiffs: 1408 KiB', 'give it to coredump: 384 KiB'],
  ]);
  const [toApps] = free[0]?.gives ?? [];
  if (toApps === undefined) throw new Error('nothing is offered');
  const after = edited(editing, toApps.edit);
  expect(places(after)).toEqual([
    'nvs 0x9000 20K',
    'otadata 0xe000 8K',
    'app0 0x10000 1408K',
    'app1 0x170000 1408K',
    'spiffs 0x2d0000 1088K',
    'coredump 0x3f0000 64K',
  ]);
  // One step of undo, and each partition is still known.
  expect(after.past).toHaveLength(1);
  expect(after.rows.map(({ was }) => was)).toEqual(table.rows.map(({ offset }) => offset));
  expect(editor.rulesOf(after, table).filter(({ finding }) => finding.verdict === 'problem')).toEqual([]);
});

test.each([
  [
    'a factory app beside slots keeps its size',
    `${HEAD}factory,app,factory,0x10000,1M\nota_0,app,ota_0,,1M\nota_1,app,ota_1,,1M\n`,
    4,
    ['factory 0x10000 1024K', 'ota_0 0x110000 1472K', 'ota_1 0x280000 1472K'],
  ],
  [
    'the only app grows',
    'nvs,data,nvs,0x9000,24K\nphy_init,data,phy,0xf000,4K\nfactory,app,factory,0x10000,1M\n',
    2,
    ['factory 0x10000 1984K'],
  ],
  [
    'free flash in front of the slots is taken, too',
    `${HEAD}app0,app,ota_0,0x100000,1M\napp1,app,ota_1,0x200000,1M\nfs,data,littlefs,0x300000,1M\n`,
    4,
    ['app0 0x20000 1472K', 'app1 0x190000 1472K', 'fs 0x300000 1024K'],
  ],
  [
    'slots of different sizes become equal',
    `${HEAD}app0,app,ota_0,0x10000,1M\napp1,app,ota_1,0x110000,512K\n`,
    4,
    ['app0 0x10000 1984K', 'app1 0x200000 1984K'],
  ],
])('%s', (_, csv, mebibytes, wanted) => {
  const { table, editing, free } = offered(csv, mebibytes * MIB);
  const edit = free.flatMap(({ gives }) => gives).find(({ says }) => /app slots|factory/.test(says))?.edit;
  if (edit === undefined) throw new Error('nothing is offered');
  const after = edited(editing, edit);
  expect(places(after)).toEqual(expect.arrayContaining(wanted));
  expect(editor.rulesOf(after, table).filter(({ finding }) => finding.verdict === 'problem')).toEqual([]);
});

test.each([
  ['the flash is full', ARDUINO.replace('0x110000', '0x160000'), 0],
  ['less than 64 KiB is free', ARDUINO.replace('0x110000', '0x158000'), 0],
  ['it is too little for every slot', ARDUINO.replace('0x110000', '0x150000'), 1],
  ['a slot would become smaller', `${HEAD}app0,app,ota_0,0x10000,3M\napp1,app,ota_1,0x310000,512K\n`, 1],
  ['there are two apps without slots', `${HEAD}factory,app,factory,0x10000,1M\ntest,app,test,,1M\n`, 1],
  ['partitions overlap', ARDUINO.replace('0x150000,0x140000', '0x140000,0x140000'), 2],
])('nothing is offered to apps where %s', (_, csv, gaps) => {
  const { says } = offered(csv);
  expect(says).toHaveLength(gaps);
  expect(says.flat().filter((each) => /app slots|factory/.test(each))).toEqual([]);
});

test('data takes all of the free flash beside it, from either side, unless ESP-IDF fixes its size', () => {
  const { editing, free } = offered(`${HEAD}app0,app,factory,0x10000,1M\nfs,data,littlefs,0x200000,1M\n`);
  const edits = free.flatMap(({ gives }) => gives).filter(({ says }) => says.includes('fs'));
  expect(edits.map(({ says }) => says)).toEqual(['give it to fs: 1984 KiB', 'give it to fs: 2 MiB']);
  expect(edits.map(({ edit }) => places(edited(editing, edit)).at(-1))).toEqual([
    'fs 0x110000 1984K',
    'fs 0x200000 2048K',
  ]);
});

/** What commands write: other code than the app's reads the same from it, and only what was to change is different. */
import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandBench } from '../testing/command-line.ts';
import { differences } from '../testing/esp/world.ts';
import { espDump, imageSession, openedImage } from '../testing/flash-image.ts';
import { countFiles } from '../virtual-boards/esp/firmware/littlefs-read.ts';
import { readSettings } from '../virtual-boards/esp/firmware/nvs-read.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../virtual-boards/esp/firmware/partition-table.ts';
import { LONG } from '../testing/long.ts';

const UPDATE = 'public/samples/raft-demo-1.5.0.bin';
const bench = new CommandBench();
const dump = espDump('esp32-raft');
const NVS = [0x9000, 0x1e000] as const;
const FS = [0x380000, 0x400000] as const;

beforeAll(() => {
  writeFileSync(bench.at('raft.bin'), dump);
  mkdirSync(bench.at('site/img'), { recursive: true });
  writeFileSync(bench.at('site/index.html'), '<h1>Raft</h1>');
  writeFileSync(bench.at('site/img/logo.svg'), '<svg/>');
});
afterAll(() => bench.remove());

function written(name: string): Uint8Array {
  return new Uint8Array(readFileSync(bench.at(name)));
}

async function done(...call: readonly string[]): Promise<string> {
  const { status, out, err } = await bench.call(...call);
  expect([call.join(' '), status, err.replace(/^TMP\/.*\n/, '')]).toEqual([call.join(' '), 0, '']);
  return out;
}

test('an update is written to a copy, which the image is not, and starts', LONG, async () => {
  await done('apply', 'TMP/raft.bin', UPDATE, '-o', 'TMP/new.bin');
  expect(differences(written('raft.bin'), dump)).toEqual([]);
  const app = new Uint8Array(readFileSync(UPDATE));
  expect(differences(written('new.bin').subarray(0x1d0000, 0x1d0000 + app.length), app)).toEqual([]);
  expect(await done('inspect', 'TMP/new.bin')).toMatch(/^Starts raft-demo 1\.5\.0 from app1\.$/m);
  const changed = differences(dump, written('new.bin'));
  expect(
    changed.every(
      ([from, to]) => (from >= 0x1d0000 && to < 0x1d0000 + app.length) || (from >= 0x1f000 && to < 0x20000),
    ),
  ).toBe(true);
});

test('another app is chosen to start: only otadata changes, and the choice is forgotten again', LONG, async () => {
  await done('apply', 'TMP/raft.bin', UPDATE, '-o', 'TMP/update.bin');
  await done('boot', 'set', 'TMP/update.bin', 'app0', '-o', 'TMP/back.bin');
  expect(await done('inspect', 'TMP/back.bin')).toMatch(/^Starts raft-demo 1\.4\.2 from app0\.$/m);
  const inOtadata = ([from, to]: readonly [number, number]) => from >= 0x1e000 && to <= 0x20000;
  const changed = differences(written('update.bin'), written('back.bin'));
  expect([changed.length > 0, changed.every(inOtadata)]).toEqual([true, true]);
  await done('boot', 'set', 'TMP/back.bin', '--forget', '-o', 'TMP/none.bin');
  expect(
    written('none.bin')
      .subarray(0x1e000, 0x20000)
      .every((byte) => byte === 0xff),
  ).toBe(true);
  expect((await bench.call('boot', 'set', 'TMP/back.bin', 'app0', '--forget')).status).toBe(2);
  expect((await bench.call('boot', 'set', 'TMP/back.bin')).status).toBe(2);
});

test('a choice that is made already is no refusal: the result is the same flash', async () => {
  await done('boot', 'set', 'TMP/raft.bin', 'app0', '-o', 'TMP/as-it-was.bin');
  expect(differences(written('as-it-was.bin'), dump)).toEqual([]);
});

test('the image may be its own result', LONG, async () => {
  writeFileSync(bench.at('same.bin'), dump);
  await done('apply', 'TMP/same.bin', UPDATE, '-o', 'TMP/same.bin');
  expect(await done('inspect', 'TMP/same.bin')).toContain('raft-demo 1.5.0');
});

test('a result goes through a link and into a pipe, and both stay what they are', async () => {
  writeFileSync(bench.at('rows.bin'), buildPartitionTable(RAFT_OTA_ROWS));
  writeFileSync(bench.at('target.csv'), 'old');
  symlinkSync('target.csv', bench.at('link.csv'));
  await done('table', 'TMP/rows.bin', '--to', 'csv', '-o', 'TMP/link.csv');
  expect(lstatSync(bench.at('link.csv')).isSymbolicLink()).toBe(true);
  expect(readFileSync(bench.at('target.csv'), 'utf8')).toContain('nvs');
  execFileSync('mkfifo', [bench.at('pipe')]);
  // Open for both, so that neither side waits for the other.
  const pipe = openSync(bench.at('pipe'), 'r+');
  await done('table', 'TMP/target.csv', '--to', 'bin', '-o', 'TMP/pipe');
  expect(lstatSync(bench.at('pipe')).isFIFO()).toBe(true);
  const read = new Uint8Array(0x2000);
  expect(read.slice(0, readSync(pipe, read))).toEqual(buildPartitionTable(RAFT_OTA_ROWS));
  closeSync(pipe);
});

test('a table that is only read is not said to be written: -o needs --to', async () => {
  writeFileSync(bench.at('only.bin'), buildPartitionTable(RAFT_OTA_ROWS));
  const { status, err } = await bench.call('table', 'TMP/only.bin', '-o', 'TMP/only.csv');
  expect([status, err]).toEqual([2, expect.stringContaining('The option --to takes csv or bin')]);
});

test('a result that cannot be written leaves the file that was there, and nothing beside it', async () => {
  mkdirSync(bench.at('folder/inside'), { recursive: true });
  const { status, err } = await bench.call('apply', 'TMP/raft.bin', UPDATE, '-o', 'TMP/folder');
  expect([status, err]).toEqual([2, expect.stringContaining('it is a folder')]);
  expect(differences(written('raft.bin'), dump)).toEqual([]);
});

test('the flash of a virtual board after the same update is that of the image', LONG, async () => {
  await done('apply', 'TMP/raft.bin', UPDATE, '-o', 'TMP/by-image.bin');
  await done('apply', '--board', 'esp32-raft', UPDATE, '-o', 'TMP/by-board.bin');
  expect(differences(written('by-board.bin'), written('by-image.bin'))).toEqual([]);
});

test('a question is answered by its kind, and by no other', LONG, async () => {
  const call = ['apply', 'TMP/raft.bin', UPDATE, '--place', 'raft-demo-1.5.0.bin=app0', '-o', 'TMP/asked.bin'];
  const asked = await bench.call(...call, '--yes', 'erase-all');
  expect([asked.status, asked.err]).toEqual([3, 'Nothing was written to TMP/asked.bin.\n']);
  expect(asked.out).toContain('--yes running-app-replaced');
  await done(...call, '--yes', 'running-app-replaced');
  expect(await done('inspect', 'TMP/asked.bin')).toContain('Starts raft-demo 1.5.0 from app0');
});

test('settings are set and deleted, and the firmware’s own reader finds them so', LONG, async () => {
  await done(
    'nvs',
    'set',
    'TMP/raft.bin',
    'wifi/ssid=attic',
    'raft/boots=42',
    '--delete',
    'raft/trim',
    '-o',
    'TMP/set.bin',
  );
  const settings = readSettings(written('set.bin').subarray(...NVS));
  const named = [settings?.('wifi', 'ssid'), settings?.('raft', 'boots'), settings?.('raft', 'trim')];
  expect(named).toEqual(['attic', 42, undefined]);
  expect(settings?.('wifi', 'password')).toBe('correct horse');
  expect(await done('nvs', 'get', 'TMP/set.bin', 'raft/boots')).toBe('42\n');
});

test('files are put, read and deleted', async () => {
  await done('fs', 'put', 'TMP/raft.bin', 'TMP/site', '--to', 'www', '--delete', '/logs', '-o', 'TMP/put.bin');
  expect(await done('fs', 'get', 'TMP/put.bin', '/www/img/logo.svg')).toBe('<svg/>');
  expect(await done('fs', 'get', 'TMP/put.bin', '/www/index.html')).toBe('<h1>Raft</h1>');
  expect(await done('fs', 'ls', 'TMP/put.bin')).not.toContain('/logs');
  // config.json, index.html, logo.png and logo.svg.
  expect(countFiles(written('put.bin').subarray(...FS))).toBe(4);
});

test('a file system is made from a folder, always the same, and put where it belongs', LONG, async () => {
  await done('fs', 'build', 'TMP/site', '--size', '512K', '-o', 'TMP/fs.bin');
  await done('fs', 'build', 'TMP/site', '--size', '0x80000', '-o', 'TMP/again.bin');
  expect(differences(written('fs.bin'), written('again.bin'))).toEqual([]);
  expect(countFiles(written('fs.bin'))).toBe(2);
  await done('apply', 'TMP/raft.bin', 'TMP/fs.bin', '--place', 'fs.bin=fs', '-o', 'TMP/with-fs.bin');
  expect(await done('fs', 'get', 'TMP/with-fs.bin', 'index.html')).toBe('<h1>Raft</h1>');
  for (const format of ['spiffs', 'fat', 'fat-wl'])
    await done('fs', 'build', 'TMP/site', '--size', '512K', '--format', format, '-o', `TMP/${format}.bin`);
});

test('what does not fit into a file system is refused', async () => {
  writeFileSync(bench.at('large.bin'), new Uint8Array(1 << 20).fill(7));
  const { status, out } = await bench.call('fs', 'put', 'TMP/raft.bin', 'TMP/large.bin', '-o', 'TMP/never.bin');
  expect(status).toBe(3);
  expect(out).toContain('contents-too-large');
});

test('a layout moves what it moves, with its content', LONG, async () => {
  const fs = { offset: 0x390000, size: 0x70000 };
  const rows = RAFT_OTA_ROWS.map((row) => ({ ...row, ...(row.label === 'fs' && fs) }));
  writeFileSync(bench.at('moved.bin'), buildPartitionTable(rows));
  await done('table', 'TMP/moved.bin', '--to', 'csv', '-o', 'TMP/moved.csv');
  const { status, out } = await bench.call('layout', 'TMP/raft.bin', 'TMP/moved.csv', '-o', 'TMP/laid-out.bin');
  expect([status, /^New layout: .*$/m.exec(out)?.[0]]).toEqual([
    0,
    'New layout: fs moves and shrinks. All content is kept.',
  ]);
  expect(await done('fs', 'get', 'TMP/laid-out.bin', 'config.json')).toBe(
    await done('fs', 'get', 'TMP/raft.bin', 'config.json'),
  );
  expect(await done('inspect', 'TMP/laid-out.bin')).toContain('Starts raft-demo 1.4.2 from app0');
});

test('tables go from CSV to bytes and back', async () => {
  writeFileSync(bench.at('table.bin'), buildPartitionTable(RAFT_OTA_ROWS));
  await done('table', 'TMP/table.bin', '--to', 'csv', '-o', 'TMP/table.csv');
  const { bytes } = await bench.call('table', 'TMP/table.csv', '--to', 'bin');
  expect(bytes).toEqual(buildPartitionTable(RAFT_OTA_ROWS));
});

test('a report is verified by the flash that it is about, and by no other', LONG, async () => {
  const applied = JSON.parse(await done('apply', 'TMP/raft.bin', UPDATE, '-o', 'TMP/reported.bin', '--json'));
  writeFileSync(bench.at('report.json'), JSON.stringify(applied.report));
  expect(await done('verify', 'TMP/report.json', 'TMP/reported.bin')).toContain('156 of 156 erase units');
  const other = await bench.call('verify', 'TMP/report.json', 'TMP/raft.bin');
  expect(other.status).toBe(1);
  expect(other.out).toContain('0 of 156 erase units');
  expect(other.out).toContain('0x1D0000–0x26AFFF');
});

test('the JSON of an inspection is the state that the page has of the same flash', async () => {
  const { board } = JSON.parse(await done('inspect', 'TMP/raft.bin', '--json'));
  const session = await imageSession(await openedImage(dump, undefined, 'raft.bin'));
  await session.dispatch({ do: 'diagnose' });
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(state.kind);
  const { identity, layout, contents, findings, boot, protections } = state.board;
  expect(board).toEqual(JSON.parse(JSON.stringify({ identity, layout, contents, findings, boot, protections })));
});

test('the JSON of a plan is the plan that the page shows for the same flash and file', async () => {
  const { plan } = JSON.parse(await done('plan', 'TMP/raft.bin', UPDATE, '--json'));
  const session = await imageSession(await openedImage(dump, undefined, 'raft.bin'));
  const data = new Uint8Array(readFileSync(UPDATE));
  const read = (from: number, to: number) => Promise.resolve(data.subarray(from, to));
  await session.dispatch({ do: 'add-files', files: [{ path: 'raft-demo-1.5.0.bin', size: data.length, read }] });
  const work = session.state.kind === 'connected' ? session.state.work : null;
  if (work?.kind !== 'planned') throw new Error('nothing is planned');
  const { plan: shown, fates, afterwards, summary } = work;
  expect(plan).toMatchObject(JSON.parse(JSON.stringify({ plan: shown, fates, afterwards, summary })));
});

test('the image of one partition is listed, changed and exported as that partition of a flash is', LONG, async () => {
  writeFileSync(bench.at('nvs.bin'), dump.subarray(...NVS));
  writeFileSync(bench.at('fs.bin'), dump.subarray(...FS));
  await done('nvs', 'set', 'TMP/nvs.bin', 'wifi/ssid=attic', '-o', 'TMP/nvs-new.bin');
  await done('nvs', 'set', 'TMP/raft.bin', 'wifi/ssid=attic', '-o', 'TMP/raft-new.bin');
  expect(differences(written('nvs-new.bin'), written('raft-new.bin').slice(...NVS))).toEqual([]);
  expect(await done('nvs', 'get', 'TMP/nvs-new.bin', 'wifi/ssid')).toBe('attic\n');
  const exported = ['--show-secrets', '--to', 'json'];
  expect(await done('nvs', 'export', 'TMP/nvs.bin', ...exported)).toBe(
    await done('nvs', 'export', 'TMP/raft.bin', ...exported),
  );
  await done('fs', 'put', 'TMP/fs.bin', 'TMP/site', '-o', 'TMP/fs-new.bin');
  expect(written('fs-new.bin')).toHaveLength(FS[1] - FS[0]);
  expect(await done('fs', 'get', 'TMP/fs-new.bin', '/index.html')).toBe('<h1>Raft</h1>');
  expect(differences(written('fs.bin'), dump.slice(...FS))).toEqual([]);
});

/**
 * Commands with everything that they print and their exit status: `expected/` has a file for each. A changed sentence shows there;
 * `npx vitest run --project unit src/cli -u` rewrites them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandBench } from '../testing/command-line.ts';
import { dfuDump, espDump } from '../testing/flash-image.ts';
import { buildBootloaderImage } from '../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../virtual-boards/esp/firmware/partition-table.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import { COMMANDS } from './commands/index.ts';
import { LONG, byLength } from '../testing/long.ts';

const SAMPLES = 'public/samples';
const bench = new CommandBench();

const SLOTS = `# Name, Type, SubType, Offset, Size
nvs, data, nvs, 0x9000, 0x15000
otadata, data, ota, 0x1e000, 0x2000
app0, app, ota_0, 0x20000, 0x1c0000
app1, app, ota_1, 0x1e0000, 0x1c0000
fs, data, littlefs, 0x3a0000, 0x60000
`;

beforeAll(async () => {
  const raft = espDump('esp32-raft');
  writeFileSync(bench.at('raft.bin'), raft);
  writeFileSync(bench.at('nvs.bin'), raft.subarray(0x9000, 0x1e000));
  const twoApps = espDump('esp32-raft');
  twoApps.set(readFileSync(`${SAMPLES}/raft-demo-1.5.0.bin`), 0x1d0000);
  writeFileSync(bench.at('two-apps.bin'), twoApps);
  writeFileSync(bench.at('no-apps.bin'), espDump('esp32-raft').fill(0xff, 0x20000, 0x1d0000));
  // The first partition has the name of the second app, too.
  const sameName = twoApps.slice();
  sameName.set(
    buildPartitionTable(RAFT_OTA_ROWS.map((row) => (row.label === 'nvs' ? { ...row, label: 'app1' } : row))),
    0x8000,
  );
  writeFileSync(bench.at('same-name.bin'), sameName);
  const bothApp0 = twoApps.slice();
  // The entry that counts is the second one.
  bothApp0.set(buildOtadata({ seq: 1 }, { seq: 3, state: 2 }), 0x1e000);
  writeFileSync(bench.at('both-app0.bin'), bothApp0);
  const wrongHash = espDump('esp32-raft');
  const hashEnd = 0x1000 + buildBootloaderImage({ flashMegabytes: 4, chipId: 0 }).length;
  wrongHash.fill(0, hashEnd - 4, hashEnd);
  writeFileSync(bench.at('wrong-hash.bin'), wrongHash);
  writeFileSync(bench.at('photon.bin'), dfuDump('photon'));
  writeFileSync(bench.at('larger-slots.csv'), SLOTS);
  writeFileSync(bench.at('overlap.csv'), SLOTS.replace('0x1e0000', '0x1a0000'));
  writeFileSync(bench.at('table.bin'), buildPartitionTable(RAFT_OTA_ROWS));
  writeFileSync(bench.at('hello.txt'), 'Hello, flash.\n');
  const { out } = await bench.call(...'boot set TMP/two-apps.bin app1 -o TMP/chosen.bin --json'.split(' '));
  writeFileSync(bench.at('report.json'), JSON.stringify(JSON.parse(out).report));
});
afterAll(() => bench.remove());

/** The arguments of each call, and its exit status. */
const CALLS: readonly (readonly [call: string, status: number])[] = [
  ['boards', 0],
  ['inspect TMP/raft.bin', 0],
  ['inspect --board esp32-raft', 0],
  ['inspect --board esp32-damaged-table', 1],
  ['inspect --board esp32-small-header', 1],
  ['inspect TMP/photon.bin', 0],
  [`plan TMP/raft.bin ${SAMPLES}/raft-demo-1.5.0.bin`, 0],
  [`plan TMP/raft.bin ${SAMPLES}/raft-demo-1.5.0.bin --place raft-demo-1.5.0.bin=app0 --set erase=all`, 3],
  [`plan TMP/raft.bin ${SAMPLES}/hello-s3.bin`, 3],
  [`plan TMP/raft.bin ${SAMPLES}/blinky-idf-build.zip`, 3],
  [`apply TMP/raft.bin ${SAMPLES}/raft-demo-1.5.0.bin -o TMP/applied.bin`, 0],
  [`apply TMP/raft.bin ${SAMPLES}/hello-s3.bin -o TMP/refused.bin`, 3],
  ['plan --board esp32-small-header --set header-size=4MB', 0],
  ['plan TMP/raft.bin', 3],
  ['plan TMP/raft.bin --set erase=all', 3],
  ['layout TMP/raft.bin TMP/larger-slots.csv', 0],
  ['layout TMP/raft.bin TMP/overlap.csv', 3],
  ['layout TMP/raft.bin TMP/larger-slots.csv -o TMP/laid-out.bin', 0],
  ['verify TMP/report.json TMP/chosen.bin', 0],
  ['verify TMP/report.json TMP/two-apps.bin', 1],
  ['boot show TMP/raft.bin', 0],
  ['boot show TMP/photon.bin', 2],
  ['boot show TMP/two-apps.bin', 0],
  ['boot set TMP/two-apps.bin app1', 0],
  ['boot set TMP/two-apps.bin app0 --mark invalid', 0],
  ['boot show TMP/wrong-hash.bin', 0],
  ['inspect TMP/wrong-hash.bin', 1],
  ['boot show --board esp32-encrypted', 3],
  ['boot show --board esp32-damaged-table', 1],
  ['boot show --board esp32c3-raft', 2],
  ['boot show TMP/no-apps.bin', 1],
  ['boot show TMP/both-app0.bin', 0],
  ['boot set TMP/both-app0.bin app0 --mark invalid', 0],
  ['boot set TMP/raft.bin app1', 3],
  ['boot set --board esp32c6-idf factory', 0],
  ['boot set --board esp32c6-idf --forget', 0],
  ['boot set TMP/both-app0.bin app0 --mark valid', 0],
  ['boot set TMP/raft.bin app0 -o TMP/same.bin', 0],
  ['boot set --board esp32c3-secure-download app1', 3],
  ['boot set --board esp32-damaged-table app1 -o TMP/never.bin', 3],
  ['boot set TMP/raft.bin --forget', 0],
  ['boot set TMP/no-apps.bin --forget', 0],
  ['boot set TMP/raft.bin app7', 2],
  ['boot set TMP/same-name.bin app1', 0],
  ['boot set TMP/two-apps.bin app1 --set erase=all', 2],
  ['table TMP/larger-slots.csv --flash-size 4MB', 0],
  ['table TMP/larger-slots.csv --flash-size 2MB', 1],
  ['table TMP/overlap.csv --to bin -o TMP/never.bin', 1],
  ['table TMP/table.bin --to csv', 0],
  [`check ${SAMPLES}/blinky-idf-build.zip`, 0],
  [`check ${SAMPLES}/blinky-too-large-build.zip`, 1],
  [`check ${SAMPLES}/blinky-too-large-build.zip --format github`, 1],
  [`check ${SAMPLES}/blinky-too-large-build.zip --format gitlab`, 1],
  [`check ${SAMPLES}/blinky-web-tools.zip`, 2],
  ['nvs list TMP/raft.bin', 0],
  ['nvs get TMP/raft.bin wifi/ssid', 0],
  ['nvs get TMP/raft.bin wifi/password', 3],
  ['nvs get TMP/raft.bin wifi/psk', 2],
  ['nvs set TMP/raft.bin wifi/ssid=attic', 0],
  ['nvs set TMP/raft.bin wifi/ssid=workshop', 0],
  ['nvs set TMP/raft.bin wifi/ssid=attic --set nonsense=1', 2],
  ['nvs set TMP/raft.bin wifi/ssid=attic --set erase=all', 3],
  ['nvs set TMP/nvs.bin wifi/ssid=attic --set nonsense=1', 2],
  ['nvs export TMP/raft.bin', 3],
  ['nvs export TMP/raft.bin --show-secrets', 0],
  ['fs ls TMP/raft.bin', 0],
  ['fs get TMP/raft.bin config.json', 0],
  ['fs put TMP/raft.bin TMP/hello.txt --to /www', 0],
  ['fs put TMP/raft.bin TMP/hello.txt --set nonsense=1', 2],
  ['nvs list TMP/photon.bin', 2],
];

/** A virtual board is read whole first, and what is erased whole is backed up whole; the last are changes of a plain image. */
const isQuick = ([call]: (typeof CALLS)[number]) =>
  call === 'inspect --board esp32-raft' ||
  !/--board|erase=all|idf-build|gitlab|wrong-hash|both-app0|same-name/.test(call);

/** The name of the file with what is expected of a call. */
function fileOf(call: string): string {
  return `expected/${call
    .replaceAll('TMP/', '')
    .replaceAll(`${SAMPLES}/`, '')
    .replaceAll(/[^\w.=-]+/g, '_')}.txt`;
}

describe('what a command prints, and its exit status', () => {
  for (const [options, calls] of byLength(CALLS, isQuick))
    test.each(calls)('%s', options, async (call, expected) => {
      const { status, out, err } = await bench.call(...call.split(' '));
      // How long it took depends on the machine.
      const timeless = out.replaceAll(/ Took [^.]+\./g, ' Took TIME.');
      await expect(`${timeless}--- standard error\n${err}--- status ${status}\n`).toMatchFileSnapshot(fileOf(call));
      expect(status).toBe(expected);
    });

  test('the help, of everything and of each command', async () => {
    const calls = [['--help'], ...COMMANDS.map(({ name }) => [...name.split(' '), '--help'])];
    let all = '';
    for (const call of calls) {
      const { status, out, err } = await bench.call(...call);
      expect([status, err]).toEqual([0, '']);
      all += `$ sectorwise ${call.join(' ')}\n${out}\n`;
    }
    await expect(all).toMatchFileSnapshot('expected/help.txt');
  });
});

const DUMPS = [
  ['esp32-raft', 0],
  ['esp32s3-raft', 0],
  ['esp32c3-raft', 0],
  ['esp32c6-idf', 0],
  ['esp32c3-secure-download', 0],
  ['esp32-16mb-header-4mb', 0],
  ['esp32-damaged-table', 1],
  ['esp32-small-header', 1],
  ['esp32-otadata-lost', 0],
] as const;

for (const [options, dumps] of byLength(DUMPS, ([id]) => id === 'esp32-raft' || id === 'esp32-damaged-table')) {
  test.each(dumps)('the dump of %s is inspected with status %i', options, async (id, expected) => {
    await bench.call('boards', '--save', id, '-o', `TMP/${id}.bin`);
    expect(readFileSync(bench.at(`${id}.bin`))).toHaveLength(espDump(id).length);
    expect((await bench.call('inspect', `TMP/${id}.bin`)).status).toBe(expected);
  });
}

test('every virtual board can be inspected in place of an image', LONG, async () => {
  for (const { id } of VIRTUAL_BOARDS) {
    const { status, out, err } = await bench.call('inspect', '--board', id);
    expect([id, status < 2, err]).toEqual([id, true, '']);
    expect(out).toMatch(/^ESP32/);
  }
});

describe('JSON', () => {
  test.each([
    ['inspect TMP/raft.bin', 'sectorwise-inspect'],
    [`plan TMP/raft.bin ${SAMPLES}/raft-demo-1.5.0.bin`, 'sectorwise-plan'],
    [`plan TMP/raft.bin ${SAMPLES}/hello-s3.bin`, 'sectorwise-plan'],
    ['layout TMP/raft.bin TMP/larger-slots.csv', 'sectorwise-layout'],
    ['table TMP/larger-slots.csv', 'sectorwise-table'],
    [`check ${SAMPLES}/blinky-too-large-build.zip`, 'sectorwise-check'],
    ['boards', 'sectorwise-boards'],
    ['nvs list TMP/raft.bin', 'sectorwise-nvs-list'],
    ['fs ls TMP/raft.bin', 'sectorwise-fs-ls'],
  ])(
    '%s names its form, its version and the exit status, and nothing else is on standard output',
    async (call, form) => {
      const { status, out } = await bench.call(...call.split(' '), '--json');
      expect(JSON.parse(out)).toMatchObject({ format: form, version: 1, status });
    },
  );

  test('of a check is the same by either option', LONG, async () => {
    const call = ['check', `${SAMPLES}/blinky-idf-build.zip`];
    expect(await bench.call(...call, '--format', 'json')).toEqual(await bench.call(...call, '--json'));
  });
});

test('secrets are printed by no command unless they are asked for', LONG, async () => {
  const calls = CALLS.map(([call]) => call).filter((call) => !call.includes('--show-secrets'));
  for (const call of calls) {
    const { out, err } = await bench.call(...call.split(' '), '--json');
    expect(`${call}: ${out}${err}`).not.toContain('correct horse');
  }
  expect((await bench.call('nvs', 'get', 'TMP/raft.bin', 'wifi/password', '--show-secrets')).out).toBe(
    'correct horse\n',
  );
});

test('all files of a flash are one archive', async () => {
  const { bytes } = await bench.call('fs', 'get', 'TMP/raft.bin');
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toContain('www/index.html');
  expect(strFromU8(files['config.json'] ?? new Uint8Array())).toBe(
    (await bench.call('fs', 'get', 'TMP/raft.bin', '/config.json')).out,
  );
});

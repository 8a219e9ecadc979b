/** What is no sound flash, and what is no flash at all: one clear line each, the right exit status, and nothing of the program's own. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandBench } from '../testing/command-line.ts';
import { espDump } from '../testing/flash-image.ts';
import { byLength, LONG } from '../testing/long.ts';

const bench = new CommandBench();
const dump = espDump('esp32-raft');

/** The dump with one bit changed. */
function flipped(at: number): Uint8Array {
  const copy = dump.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** What a program prints when nobody has thought of something. */
const STACK = /\bat .*:\d+:\d+|\bError\b|undefined|\[object/;

beforeAll(() => {
  mkdirSync(bench.at('folder'));
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'raft.bin': dump,
    'half.bin': dump.subarray(0, 0x60000),
    'short.bin': dump.subarray(0, 0x5000),
    'empty.bin': new Uint8Array(),
    'zeros.bin': new Uint8Array(64 << 20),
    'erased.bin': new Uint8Array(4 << 20).fill(0xff),
    'letter.txt': 'Dear board,\n'.repeat(100),
    'app.bin': readFileSync('public/samples/raft-demo-1.5.0.bin'),
    'report.json': '{"format":"sectorwise-report","version":1,"units":[{"state":"verified"}]}',
    'other.json': '{"hello":1}',
    'cut.json': '{"format":',
  };
  for (const [name, data] of Object.entries(files)) writeFileSync(bench.at(name), data);
});
afterAll(() => bench.remove());

describe('what cannot be read is one line on standard error, and status 2', () => {
  const UNREADABLE = [
    ['inspect TMP/half.bin', /half\.bin is only a part of a flash: it ends at 0x60000/],
    ['inspect TMP/short.bin', /too short for a flash image: it ends at 0x5000/],
    ['inspect TMP/empty.bin', /empty\.bin is empty/],
    ['inspect TMP/zeros.bin', /holds nothing but zeros \(64 MiB\)/],
    ['inspect TMP/letter.txt', /is not a flash image/],
    ['inspect TMP/app.bin', /is not a flash image but one part of it/],
    ['inspect TMP/erased.bin', /can be opened only if its chip or board is named/],
    ['inspect TMP/raft.bin --chip esp32s3', /is the flash of an ESP32, not of an ESP32-S3/],
    ['inspect TMP/raft.bin --chip z80', /knows no chip called “z80”/],
    ['inspect TMP/folder', /folder cannot be read: it is a folder/],
    ['inspect TMP/missing.bin', /there is no such file or folder/],
    ['inspect TMP/raft.bin/more.bin', /a part of the path is no folder/],
    ['inspect --board esp33', /There is no virtual board “esp33”/],
    ['inspect', /takes IMAGE; nothing is given/],
    ['inspect TMP/raft.bin TMP/raft.bin', /takes IMAGE; 2 operands are given/],
    ['inspekt TMP/raft.bin', /There is no command “inspekt”/],
    ['inspect TMP/raft.bin --colour', /has no option --colour/],
    ['inspect TMP/raft.bin --chip', /--chip takes CHIP, which is missing\./],
    ['inspect TMP/raft.bin --json=yes', /--json takes no value/],
    ['plan TMP/raft.bin TMP/missing.bin', /there is no such file or folder/],
    ['plan TMP/raft.bin TMP/app.bin --place other.bin=app0', /There is no file “other.bin” among those given/],
    ['plan TMP/raft.bin TMP/app.bin --place app.bin=app7', /There is no place “app7” for this file/],
    ['plan TMP/raft.bin TMP/app.bin --place app0', /--place takes FILE=PARTITION, not “app0”/],
    ['plan TMP/raft.bin TMP/app.bin --set speed=9', /--set takes one of/],
    ['plan TMP/raft.bin TMP/app.bin --set erase=some', /--set takes erase=needed, erase=all/],
    ['apply TMP/raft.bin TMP/app.bin', /--out takes the file for the result/],
    ['apply TMP/raft.bin TMP/app.bin -o TMP/none/out.bin', /cannot be written: there is no such file or folder/],
    ['table TMP/letter.txt', /is not a partition table/],
    ['table TMP/raft.bin', /4 MiB; at most 1 MiB can be read here/],
    ['table TMP/folder', /it is a folder/],
    ['table TMP/letter.txt --flash-size huge', /--flash-size takes a size such as 4MB/],
    ['check TMP/folder', /None of its images names a chip/],
    ['check TMP/missing', /there is no such file or folder/],
    ['check TMP/folder --threshold 0', /--threshold takes a percentage/],
    ['verify TMP/other.json TMP/raft.bin', /it does not call itself one/],
    ['verify TMP/cut.json TMP/raft.bin', /it is not JSON/],
    ['verify TMP/report.json TMP/raft.bin', /an erase unit in it has no place or no digest/],
    ['nvs set TMP/raft.bin ssid=attic', /takes NAMESPACE\/KEY=VALUE; “ssid=attic” is given/],
    ['nvs list TMP/raft.bin --partition fs', /fs holds no settings/],
    ['nvs list TMP/raft.bin --partition nvs2', /There is no partition “nvs2”/],
    ['fs get TMP/raft.bin nothing.txt', /There is no file “nothing.txt” in fs/],
    ['fs build TMP/folder -o TMP/fs.bin', /--size takes the size of the partition/],
    ['fs build TMP/folder --size 64K --format ntfs -o TMP/fs.bin', /--format takes one of littlefs/],
  ] as const;
  // To look through 64 MiB takes longest.
  for (const [options, calls] of byLength(UNREADABLE, ([call]) => !call.includes('zeros')))
    test.each(calls)('%s', options, async (call, says) => {
      const { status, out, err } = await bench.call(...call.split(' '));
      expect(err).toMatch(says);
      expect([status, out]).toEqual([2, '']);
      // One line, that begins with the program's name and ends with a next step.
      expect(err).toMatch(/^sectorwise: [^\n]+[.”)]\n$/);
      expect(err).not.toMatch(STACK);
    });
});

describe('a dump with one wrong bit is opened, and says what is wrong', () => {
  test.each([
    ['the partition table', 0x8064, 1, /table-md5-wrong/],
    ['the running app', 0x40000, 1, /image-hash-wrong: app0/],
    ['the bootloader', 0x1001, 1, /bootloader-broken: bootloader/],
    ['a setting', 0x9041, 0, /nvs-entry-damaged: nvs/],
    ['the entry that selects the app', 0x1e000, 0, /otadata-unusable: otadata/],
  ])('in %s', async (_, at, expected, says) => {
    writeFileSync(bench.at('flipped.bin'), flipped(at));
    const { status, out } = await bench.call('inspect', 'TMP/flipped.bin');
    expect(out).toMatch(says);
    expect([status, STACK.test(out)]).toEqual([expected, false]);
  });

  test('anywhere: nothing ends in a program’s own words', LONG, async () => {
    for (const at of [0, 0x1000, 0x1003, 0x1018, 0x8000, 0x8fff, 0x9000, 0x9020, 0x1e000, 0x20000, 0x20020, 0x380000]) {
      writeFileSync(bench.at('flipped.bin'), flipped(at));
      const { status, out, err } = await bench.call('inspect', 'TMP/flipped.bin');
      expect([at.toString(16), status <= 2, STACK.exec(out + err)]).toEqual([at.toString(16), true, null]);
    }
  });
});

test('an erased flash with its chip is a flash without anything on it', async () => {
  const { status, out } = await bench.call('inspect', 'TMP/erased.bin', '--chip', 'esp32s3');
  expect(status).toBe(1);
  expect(out).toMatch(/^ESP32-S3, 4 MiB SPI flash\n(?:File|Flash size): .*\n(?:.*\n)?No bootable app found/);
});

import { describe, expect, it } from 'vitest';
import { makeBoard } from './catalogue.ts';
import { VIRTUAL_BOARDS } from './virtual-boards.ts';
import { instantClock } from './clock.ts';
import { cpuTimer } from '../testing/cpu.ts';
import { LONG } from '../testing/long.ts';

/** What a board prints from power-on until it has been quiet for a while. */
async function bootText(id: string): Promise<{ text: string; erases: number }> {
  const clock = instantClock();
  const { board, flash } = makeBoard(id, clock);
  let text = '';
  board.attach((bytes) => (text += new TextDecoder().decode(bytes)));
  await new Promise<void>((resolve) => clock.at(3000, resolve));
  board.detach();
  return { text, erases: flash.totalErases };
}

describe('virtual boards', () => {
  it('have unique ids, serial numbers and summaries', () => {
    for (const key of ['id', 'name', 'summary'] as const) {
      expect(new Set(VIRTUAL_BOARDS.map((board) => board[key])).size).toBe(VIRTUAL_BOARDS.length);
    }
    expect(new Set(VIRTUAL_BOARDS.map((board) => board.usb.serial)).size).toBe(VIRTUAL_BOARDS.length);
    expect(new Set(VIRTUAL_BOARDS.map((board) => board.mac)).size).toBe(VIRTUAL_BOARDS.length);
    expect(VIRTUAL_BOARDS[0]?.id).toBe('esp32-raft');
  });

  it('have a flash of the size in its JEDEC id', LONG, () => {
    for (const { id, flashId } of VIRTUAL_BOARDS) {
      expect([id, makeBoard(id, instantClock()).flash.size]).toEqual([id, 2 ** (flashId >> 16)]);
    }
  });

  it('are made fast, because a person is waiting', () => {
    makeBoard('esp32-encrypted', instantClock());
    const spent = cpuTimer();
    for (const { id } of VIRTUAL_BOARDS) makeBoard(id, instantClock());
    expect(spent() / VIRTUAL_BOARDS.length).toBeLessThan(500);
  });

  it.each([
    ['esp32-raft', 'boot: Loaded app from partition at offset 0x20000\r\n'],
    ['esp32-damaged-table', 'flash_parts: Incorrect MD5 checksum\r\n'],
    ['esp32-small-header', 'offset 0x1d0000 size 0x1b0000 exceeds flash chip size 0x200000\r\n'],
    ['esp32-otadata-lost', 'boot: ota data partition invalid and no factory, will try all partitions\r\n'],
    ['esp32-encrypted', 'flash_encrypt: flash encryption is enabled (3 plaintext flashes left)\r\n'],
    ['esp32-16mb-header-4mb', 'Detected size(16384k) larger than the size in the binary image header(4096k).'],
    ['esp32-16mb-header-4mb', 'boot: Loaded app from partition at offset 0x20000\x1b[0m\r\n'],
    ['esp32s3-raft', 'boot: Loaded app from partition at offset 0x20000\r\n'],
    ['esp32c3-raft', 'boot: Loaded app from partition at offset 0x100000\r\n'],
    ['esp32c3-secure-download', 'boot: Loaded app from partition at offset 0x100000\r\n'],
    ['esp32c6-idf', 'boot: Defaulting to factory image\r\n'],
  ])('%s prints its state at power-on', async (id, words) => {
    const { text, erases } = await bootText(id);
    expect(text).toMatch(
      /^(ets Jul 29 2019 12:21:46|ESP-ROM:esp32(s3|c3|c6)-.*\r\nBuild:.*)\r\n(\r\n)?rst:0x1 \(POWERON/,
    );
    expect(text).toContain(words);
    expect(erases).toBe(0);
  });

  it.each([
    [
      'esp32-raft',
      'boot.esp32: SPI Speed      : 40MHz',
      'cpu_start: Multicore app',
      'v3.0',
      'load:0x3fff0030,len:6380',
    ],
    [
      'esp32s3-raft',
      'boot.esp32s3: Boot SPI Speed : 80MHz',
      'cpu_start: Multicore app',
      'v0.2',
      'load:0x3fce2820,len:0x15c8',
    ],
    [
      'esp32c3-raft',
      'boot.esp32c3: SPI Speed      : 80MHz',
      'cpu_start: Unicore app',
      'v0.4',
      'load:0x3fcd5820,len:0x1738',
    ],
    [
      'esp32c6-idf',
      'boot.esp32c6: SPI Speed      : 80MHz',
      'cpu_start: Unicore app',
      'v0.1',
      'load:0x40875730,len:0x16bc',
    ],
  ])('%s prints the boot log of its chip', async (id, speed, cores, revision, load) => {
    const { text } = await bootText(id);
    const words = [load, speed, `chip revision: ${revision}`, ...(id === 'esp32s3-raft' ? [] : [cores, 'is up'])];
    expect(words.filter((word) => !text.includes(word))).toEqual([]);
    expect(text.includes('boot: Multicore bootloader')).toBe(cores.includes('Multicore'));
  });

  it('cannot be made from an unknown id', () => {
    expect(() => makeBoard('esp99', instantClock())).toThrow(RangeError);
  });
});

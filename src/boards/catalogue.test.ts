import { describe, expect, it } from 'vitest';
import { makeBoard } from './catalogue.ts';
import { VIRTUAL_BOARDS } from './virtual-boards.ts';
import { instantClock } from './clock.ts';

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
  it('have ids, serial numbers and summaries of their own', () => {
    for (const key of ['id', 'name', 'summary'] as const) {
      expect(new Set(VIRTUAL_BOARDS.map((board) => board[key])).size).toBe(VIRTUAL_BOARDS.length);
    }
    expect(new Set(VIRTUAL_BOARDS.map((board) => board.usb.serial)).size).toBe(VIRTUAL_BOARDS.length);
    expect(VIRTUAL_BOARDS[0]?.id).toBe('esp32-raft');
  });

  it.each([
    ['esp32-raft', 'boot: Loaded app from partition at offset 0x20000\r\n'],
    ['esp32-damaged-table', 'flash_parts: Incorrect MD5 checksum\r\n'],
    ['esp32-small-header', 'offset 0x1d0000 size 0x1b0000 exceeds flash chip size 0x200000\r\n'],
    ['esp32-otadata-lost', 'boot: ota data partition invalid and no factory, will try all partitions\r\n'],
  ])('%s says so on its wire when it gets power', async (id, words) => {
    const { text, erases } = await bootText(id);
    expect(text.startsWith('ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET)')).toBe(true);
    expect(text).toContain(words);
    expect(erases).toBe(0);
  });

  it('are not made from an unknown id', () => {
    expect(() => makeBoard('esp99', instantClock())).toThrow(RangeError);
  });
});

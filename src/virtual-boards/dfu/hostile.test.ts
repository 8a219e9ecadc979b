/** Whatever a host sends, a board answers, stays in a defined state, and protects what it claims to protect. */
import fc from 'fast-check';
import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { makeDfuBoard } from './catalogue.ts';
import { RawClient } from '../../testing/virtual-boards/dfu-client.ts';
import { LONG } from '../../testing/long.ts';

const byte = fc.nat(255);
const data = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  // Commands with addresses that matter.
  fc
    .tuple(fc.constantFrom(0x21, 0x41), fc.constantFrom(0, 4, 8, 12), fc.constantFrom(0, 1, 2, 0x0a, 0xff))
    .map(([code, sector, bank]) => Uint8Array.of(code, 0, sector << 4, bank, 0x08)),
);
const request = fc.record({
  type: fc.constantFrom(0x21, 0x21, 0xa1, 0xa1, 0x00, 0x80, 0x01, 0x81, 0x40, 0xc0, 0x02),
  code: fc.oneof(fc.nat(6), byte),
  value: fc.oneof(fc.nat(4), fc.nat(0xffff)),
  data,
  length: fc.constantFrom(0, 1, 6, 64, 2048, 4096, 0xffff),
});
/** DFU 1.1 has nine states in DFU mode, 2 to 10; 15 is a bug of Particle's bootloader. */
const STATES = [2, 3, 4, 5, 6, 7, 8, 9, 10, 15];

describe.each([['photon'], ['p1'], ['stm32f405']])('%s', (id) => {
  test('answers any transfers, in a defined state', id === 'photon' ? {} : LONG, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
        const clock = instantClock();
        const { board, flash } = makeDfuBoard(id, clock);
        const before = md5(flash.read(0x0800_0000, 0x2_0000));
        const client = await RawClient.plug(board, clock);
        for (const { type, code, value, data: bytes, length } of requests) {
          // A board that has left the bus does not answer: the host's port reports that it left.
          if (!client.there) break;
          const answer = client.transfer(type, code, value, type >= 0x80 ? length : bytes);
          await Promise.race([answer, client.sleep(60_000)]);
        }
        await client.sleep(1000);
        if (client.there) await client.transfer(0, 9, 1);
        expect(STATES).toContain(client.there ? await client.state() : STATES[0]);
        // A Photon or P1 protects all below 0x08020000, except that its DCT can be written through its own setting.
        const mayChange = id === 'stm32f405' || requests.some(({ type, code }) => type === 0x01 && code === 11);
        const after = md5(flash.read(0x0800_0000, 0x2_0000));
        board.detach();
        expect(mayChange ? before : after).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});

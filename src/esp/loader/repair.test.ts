/** Link repair by reset: the same board continues, another one is left alone, and a cancel always works. */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { EspBoard } from '../../virtual-boards/esp/board.ts';
import { makeBootLoader } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import { OPEN_FUSES } from '../../virtual-boards/esp/fuses.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { testClock } from '../../testing/clock.ts';
import { damaged, Wire } from '../../testing/wire.ts';
import { connectEsp } from './connect.ts';
import { SPEED } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { differentBoardFailure } from './identify.ts';
import { failureOf } from '../../testing/esp/failure-of.ts';
import { LONG } from '../../testing/long.ts';

// Shared: tests run concurrently.
const clock = testClock();

/** The loaders' commands (esptool docs, serial protocol). */
const OP = { begin: 0x10, block: 0x11 } as const;

const range = { region: REGION, address: 0x1d0000, size: 0x20000 };
let seed = 17;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);
const calm = () => ({ cancel: makeCancel() });

function onTable(board: UartBoard) {
  const wire = new Wire(board, clock);
  const port = new VirtualSerialPort(wire, { clock });
  const connect = (chosen = {}) =>
    connectEsp(port, { clock, chosen, ...calm(), onSay: () => undefined, comesBack: () => Promise.resolve(null) });
  /** From now on blocks arrive damaged until the next reset, so the link can only be repaired by one. */
  const spoil = () => {
    let fast = true;
    wire.onLines = ({ dtr, rts }) => {
      if (!dtr && rts) fast = false;
    };
    wire.toBoard = (bytes) => (fast && bytes[1] === 0 && bytes[2] === OP.block ? damaged(bytes, 60) : bytes);
  };
  return { wire, port, connect, spoil };
}

test(
  'the same board whose stub does not start again is reported as such, and connecting again works',
  LONG,
  async () => {
    const made = makeBoard('esp32-raft', clock);
    const { connect, spoil, wire } = onTable(made.board);
    const target = await connect();
    spoil();
    const greeting = [0xc0, ...new TextEncoder().encode('OHAI'), 0xc0].join();
    wire.toHost = (bytes) => ([...bytes].join().includes(greeting) ? null : bytes);
    const facts = await failureOf(target.rewrite(range, content, calm()));
    expect(facts).toMatchObject({ name: 'loader-gone', kind: 'lost' });
    expect(facts.says).toContain('After the link was reset, the flasher stub did not start again.');
    // The link is over: further operations fail instead of hanging.
    expect((await failureOf(target.digest?.(range))).kind).toBe('lost');
    await target.close().catch(() => undefined);
    const again = await connect();
    expect(again.mode).toBe('rom');
    await again.rewrite(range, content, calm());
    expect(await again.digest?.(range)).toBe(md5Hex(content));
  },
);

test('a stub that starts at the second attempt continues the work', async () => {
  const made = makeBoard('esp32-raft', clock);
  const { connect, spoil, wire } = onTable(made.board);
  const target = await connect();
  spoil();
  const greeting = [0xc0, ...new TextEncoder().encode('OHAI'), 0xc0].join();
  let swallowed = 0;
  wire.toHost = (bytes) => ([...bytes].join().includes(greeting) && swallowed++ === 0 ? null : bytes);
  await target.rewrite(range, content, calm());
  expect(await target.digest?.(range)).toBe(md5Hex(content));
  expect([target.mode, swallowed]).toEqual(['stub', 2]);
});

test('after a block damaged on the wire, what is left of a long write goes in transfers of 128 KiB', LONG, async () => {
  const made = makeBoard('esp32-raft', clock);
  const { connect, wire } = onTable(made.board);
  const target = await connect();
  const long = { region: REGION, address: 0x1d0000, size: 0x60000 };
  const data = Uint8Array.from({ length: long.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);
  const begun: number[] = [];
  let blocks = 0;
  wire.toBoard = (bytes) => {
    if (bytes[1] === 0 && bytes[2] === OP.begin)
      begun.push(new DataView(Uint8Array.from(bytes).buffer).getUint32(9, true));
    return bytes[1] === 0 && bytes[2] === OP.block && ++blocks === 5 ? damaged(bytes, 60) : bytes;
  };
  await target.rewrite(long, data, calm());
  expect(await target.digest?.(long)).toBe(md5Hex(data));
  expect(begun).toEqual([0x60000, 0x10000, 0x20000, 0x20000, 0x10000]);
  expect(made.flash.violations).toEqual([]);
});

describe('the board that answers after a reset', () => {
  const [mac, other] = ['24:6f:28:ab:cd:ef', '24:6f:28:ab:cd:00'];
  const stub = { mac, mode: 'stub' } as const;
  test.each([
    ['the same board', stub, stub, null],
    ['the same board, in another loader', stub, { mac, mode: 'rom' } as const, 'loader-gone'],
    ['another board', stub, { ...stub, mac: other }, 'other-board'],
    ['a board without an ID', stub, { ...stub, mac: null }, 'board-unsure'],
    ['one in Secure Download Mode', stub, { mac: null, mode: 'secure-download' } as const, 'other-board'],
    ['two that do not say which', { ...stub, mac: null }, { ...stub, mac: null }, 'board-unsure'],
  ])('%s', (_, before, now, name) => {
    expect(differentBoardFailure(before, now)?.facts.name ?? null).toBe(name);
  });

  test.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'])(
    'with MAC %s cannot be proved to be the same board',
    async (unset) => {
      const { flash } = makeBoard('esp32-raft', clock);
      const chip = CHIPS['ESP32'];
      const fuses = OPEN_FUSES;
      const boot = makeBootLoader({ chip, fuses });
      const { connect, spoil } = onTable(new EspBoard({ clock, flash, boot, chip, fuses, mac: unset }));
      const target = await connect();
      expect(await target.identify()).toMatchObject({
        chip: 'ESP32',
        key: null,
        facts: [{ name: 'Package' }, {}, {}, {}],
      });
      spoil();
      expect(await failureOf(target.rewrite(range, content, calm()))).toMatchObject({
        name: 'board-unsure',
        kind: 'lost',
      });
    },
  );
});

describe('a cancel', () => {
  /** Cancels as the board is being reset; returns the time until the work ends, in ms, and its failure. */
  async function stopAtReset(
    { wire }: ReturnType<typeof onTable>,
    work: (cancel: ReturnType<typeof makeCancel>) => Promise<unknown>,
  ) {
    const cancel = makeCancel();
    let from = Infinity;
    const { onLines } = wire;
    wire.onLines = (lines) => {
      onLines(lines);
      // RTS alone holds the chip in reset.
      if (lines.dtr || !lines.rts || from !== Infinity) return;
      from = clock.now();
      cancel.cancel();
    };
    const facts = await failureOf(work(cancel));
    return { facts, ms: clock.now() - from };
  }

  test('works while a speed change resets the board, and reports the lost link', async () => {
    const table = onTable(makeBoard('esp32-raft', clock).board);
    const target = await table.connect({ [SPEED]: '460800' });
    // The board does not follow to the new rate, so only a reset helps.
    const setBaud = table.wire.setBaud.bind(table.wire);
    table.wire.setBaud = (rate) => setBaud(rate === 921600 ? 300 : rate);
    const { facts, ms } = await stopAtReset(table, (cancel) => target.tune({ [SPEED]: '921600' }, cancel));
    expect(ms).toBeLessThan(1000);
    expect(facts).toMatchObject({ name: 'stop-cost-link', kind: 'lost' });
    expect(facts.says).toContain('the board was being reset');
    await target.close().catch(() => undefined);
    expect((await table.connect()).mode).toBe('stub');
  });

  test('works during the repair of a write, which is not reported as a clean stop', async () => {
    const table = onTable(makeBoard('esp32-raft', clock).board);
    const target = await table.connect();
    table.spoil();
    const { facts, ms } = await stopAtReset(table, (cancel) => target.rewrite(range, content, { cancel }));
    expect(ms).toBeLessThan(1000);
    expect(facts).toMatchObject({ name: 'stop-cost-link', kind: 'lost', place: { in: 'flash', range } });
  });

  test('while the speed is raised leaves the link at the speed that was proved', async () => {
    const table = onTable(makeBoard('esp32-raft', clock).board);
    const target = await table.connect({ [SPEED]: '115200' });
    const cancel = makeCancel();
    table.wire.onCommand = (op) => {
      if (op === 0x0f) cancel.cancel();
    };
    await target.tune({}, cancel);
    expect([cancel.cancelled, target.speed]).toEqual([true, 921600]);
    expect(await target.digest?.({ ...range, size: 0x1000 })).toMatch(/^[0-9a-f]{32}$/);
  });
});

/** Starting the stub over a noisy line, and what happens if it never starts. */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { testClock } from '../../testing/clock.ts';
import { damaged, Wire } from '../../testing/wire.ts';
import { connectEsp } from './connect.ts';
import { espFamily } from '../family.ts';
import { STUB } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { LONG } from '../../testing/long.ts';

// Shared: tests run concurrently.
const clock = testClock();

/** The loaders' commands (esptool docs, serial protocol). */
const OP = { memBegin: 0x05, memEnd: 0x06, memData: 0x07, sync: 0x08 } as const;

const range = { region: REGION, address: 0x1d0000, size: 0x8000 };
const content = Uint8Array.from({ length: range.size }, (_, i) => (i * 31) & 0xff);

function onTable(id = 'esp32-raft') {
  const made = makeBoard(id, clock);
  const wire = new Wire(made.board, clock);
  const port = new VirtualSerialPort(wire, { clock });
  const said: string[] = [];
  const connect = (chosen = {}) =>
    connectEsp(port, {
      clock,
      chosen,
      cancel: makeCancel(),
      onSay: (words) => said.push(words),
      comesBack: () => Promise.resolve(null),
    });
  /** The number of blocks in each upload. */
  const uploads = () => {
    const blocks: number[] = [];
    for (const op of wire.commands) {
      if (op === OP.sync && blocks.at(-1) !== 0) blocks.push(0);
      if (op === OP.memData) blocks.push((blocks.pop() ?? 0) + 1);
    }
    return blocks.filter((count) => count > 0);
  };
  return { made, wire, connect, said, uploads };
}

type Table = ReturnType<typeof onTable>;

/** Changes (or drops) the first `times` commands of a kind. */
function spoil({ wire }: Table, op: number, times: number, how: (bytes: Uint8Array) => Uint8Array | null) {
  let left = times;
  wire.toBoard = (bytes) => (bytes[1] === 0 && bytes[2] === op && left-- > 0 ? how(bytes) : bytes);
}

/** Drops the stub's greeting this many times. */
function swallowGreetings({ wire }: Table, times: number) {
  const greeting = [0xc0, ...new TextEncoder().encode('OHAI'), 0xc0].join();
  let left = times;
  wire.toHost = (bytes) => ([...bytes].join().includes(greeting) && left-- > 0 ? null : bytes);
}

async function works(target: Awaited<ReturnType<Table['connect']>>, { made }: Table): Promise<void> {
  const wanted = made.flash.snapshot();
  wanted.set(content, range.address);
  await target.rewrite(range, content, { cancel: makeCancel() });
  expect(await target.digest?.(range)).toBe(md5Hex(content));
  expect(Buffer.compare(made.flash.snapshot(), wanted)).toBe(0);
  expect(made.flash.violations).toEqual([]);
}

describe.concurrent('a stub that does not start at once is uploaded again, and then does the work', () => {
  // Byte 40 is in the content of a block, after its headers: the ROM answers [1,7], a wrong checksum.
  const ONCE: readonly (readonly [string, (table: Table, times: number) => void])[] = [
    ['a block arrives damaged', (table, times) => spoil(table, OP.memData, times, (bytes) => damaged(bytes, 40))],
    ['a block does not arrive', (table, times) => spoil(table, OP.memData, times, () => null)],
    ['its start does not arrive', (table, times) => spoil(table, OP.memEnd, times, () => null)],
    ['its greeting does not arrive', swallowGreetings],
  ];
  test.each(ONCE)('if %s, once or twice', LONG, async (_, spoiled) => {
    for (const times of [1, 2]) {
      const table = onTable();
      spoiled(table, times);
      const target = await table.connect();
      expect([target.mode, target.withoutStub, target.speed]).toEqual(['stub', null, 921600]);
      const blocks = table.uploads();
      expect(blocks).toHaveLength(times + 1);
      // Blocks get smaller, so the last upload has more of them; an aborted upload does not count.
      expect(blocks.at(-1)).toBeGreaterThan(onceWhole);
      expect(table.said).toContain('The flasher stub did not start: attempt 2 of 3');
      await works(target, table);
    }
  });

  test('unless only its start is acknowledged late', async () => {
    const table = onTable();
    let late = false;
    table.wire.onCommand = (op) => {
      // esptool-js waits 200 ms.
      if (op === OP.memEnd && !late) table.wire.pause(600);
      late ||= op === OP.memEnd;
    };
    const target = await table.connect();
    expect([target.mode, table.uploads().length]).toEqual(['stub', 1]);
  });
});

/** The number of blocks in an undisturbed upload. */
const onceWhole = await (async () => {
  const table = onTable();
  await table.connect();
  return table.uploads()[0] ?? 0;
})();

describe.concurrent('a stub that never starts', () => {
  test('is tried three times; then the ROM loader is used, and a finding says what that means', LONG, async () => {
    const table = onTable();
    swallowGreetings(table, Infinity);
    const target = await table.connect();
    expect(table.uploads()).toHaveLength(3);
    expect(target.mode).toBe('rom');
    expect(target.withoutStub).toMatchObject({ because: 'stub-silent', attempts: 3 });
    expect(table.said).toContain('The flasher stub did not start: using the ROM loader');
    await works(target, table);
    // For the whole connection, not only while connecting.
    const { findings } = await espFamily.inspect(target, makeCancel(), () => undefined);
    const reported = findings.find(({ kind }) => kind === 'stub-silent');
    expect(reported?.verdict).toBe('warning');
    expect(reported?.says).toMatch(
      /The flasher stub did not start \(attempts: 3\), so the ROM loader is used instead\. Writing takes about 13 times as long, and reading about 16 times\. The chip’s own MD5 still verifies every write, and that the rest of the flash is unchanged\./,
    );
  });

  test('is not tried if the ROM loader was chosen', LONG, async () => {
    const table = onTable();
    const target = await table.connect({ [STUB]: 'no' });
    expect(table.wire.commands).not.toContain(OP.memBegin);
    expect([target.mode, target.withoutStub?.because]).toEqual(['rom', 'chosen']);
    const { findings } = await espFamily.inspect(target, makeCancel(), () => undefined);
    expect(findings.map(({ kind }) => kind)).toContain('own-loader-chosen');
    await works(target, table);
  });

  test('needs a new connection for another choice only if that changes the loader', async () => {
    const stub = await onTable().connect();
    expect(await stub.tune({ [STUB]: 'no' })).toBe('next-connection');
    expect(await stub.tune({ [STUB]: 'yes' })).toBe('in-force');
    const own = await onTable().connect({ [STUB]: 'no' });
    expect(await own.tune({ [STUB]: 'no' })).toBe('in-force');
    expect(await own.tune({})).toBe('next-connection');
    const silent = onTable();
    swallowGreetings(silent, Infinity);
    const target = await silent.connect();
    // It was already tried: another connection would only repeat that.
    expect(await target.tune({})).toBe('in-force');
    expect(await target.tune({ [STUB]: 'no' })).toBe('in-force');
  });
});

import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { DfuBoard } from './board.ts';
import { stFactory } from './firmware/st-factory.ts';
import { command, RawClient } from '../../testing/virtual-boards/dfu-client.ts';
import { F405_QUIRKS, StChip, type StOptions } from './st-board.ts';

const IDLE = 2;
const BUSY = 4;
const DOWNLOAD_IDLE = 5;
const ERROR = 10;

async function plug(options: Partial<StOptions> = {}) {
  const clock = instantClock();
  const chip = new StChip({ serial: '1', quirks: ['f405-mass-erase-poll-lie'], factory: stFactory(), ...options });
  const board = new DfuBoard(clock, chip);
  return { board, chip, clock, client: await RawClient.plug(board, clock) };
}

type Client = RawClient;
const ok = (state: number, pollMs = 0) => ({ status: 0, pollMs, state });
const failed = (status: number) => ({ status, pollMs: 0, state: ERROR });

/** Ways into each state (DFU 1.1, figure A.1, in DFU mode). */
const INTO: Record<string, (client: Client) => Promise<unknown>> = {
  dfuIDLE: async () => {},
  'dfuDNLOAD-SYNC': (client) => client.download(0, command(0x21, 0x0800_0000)),
  'dfuDNLOAD-IDLE': (client) => client.downloadAndPoll(0, command(0x21, 0x0800_0000)),
  'dfuMANIFEST-SYNC': (client) => client.download(0),
  'dfuUPLOAD-IDLE': (client) => client.upload(2, 16),
  dfuERROR: (client) => client.clearStatus(),
};
const REQUESTS: Record<string, (client: Client) => Promise<unknown>> = {
  'DNLOAD of data': (client) => client.download(2, 1, 2, 3, 4),
  'DNLOAD of nothing': (client) => client.download(0),
  UPLOAD: (client) => client.upload(2, 4),
  'UPLOAD of block 0': (client) => client.upload(0, 64),
  CLRSTATUS: (client) => client.clearStatus(),
  ABORT: (client) => client.abort(),
};
/** Accepted or stalled, and the state afterwards; DFU 1.1 A.2 with ST's library where the two differ (see the docs). */
const TABLE: Record<string, Record<string, string>> = {
  dfuIDLE: {
    'DNLOAD of data': 'ok 3',
    'DNLOAD of nothing': 'ok 6',
    UPLOAD: 'ok 9',
    'UPLOAD of block 0': 'ok 2',
    CLRSTATUS: 'ok 10',
    ABORT: 'ok 2',
  },
  'dfuDNLOAD-SYNC': {
    'DNLOAD of data': 'stall 3',
    'DNLOAD of nothing': 'stall 3',
    UPLOAD: 'stall 3',
    'UPLOAD of block 0': 'stall 3',
    CLRSTATUS: 'ok 10',
    ABORT: 'ok 2',
  },
  'dfuDNLOAD-IDLE': {
    'DNLOAD of data': 'ok 3',
    'DNLOAD of nothing': 'ok 6',
    UPLOAD: 'stall 5',
    'UPLOAD of block 0': 'stall 5',
    CLRSTATUS: 'ok 10',
    ABORT: 'ok 2',
  },
  'dfuMANIFEST-SYNC': {
    'DNLOAD of data': 'stall 6',
    'DNLOAD of nothing': 'stall 6',
    UPLOAD: 'stall 6',
    'UPLOAD of block 0': 'stall 6',
    CLRSTATUS: 'ok 10',
    ABORT: 'ok 2',
  },
  'dfuUPLOAD-IDLE': {
    'DNLOAD of data': 'stall 9',
    'DNLOAD of nothing': 'stall 9',
    UPLOAD: 'ok 9',
    'UPLOAD of block 0': 'ok 2',
    CLRSTATUS: 'ok 10',
    ABORT: 'ok 2',
  },
  dfuERROR: {
    'DNLOAD of data': 'stall 10',
    'DNLOAD of nothing': 'stall 10',
    UPLOAD: 'stall 10',
    'UPLOAD of block 0': 'stall 10',
    CLRSTATUS: 'ok 2',
    ABORT: 'ok 10',
  },
};

describe('each request in each state', () => {
  const cases = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.entries(row).map(([request, outcome]) => [state, request, outcome] as const),
  );
  test.each(cases)('%s, %s: %s', async (state, request, outcome) => {
    const { client } = await plug();
    await INTO[state]?.(client);
    const answer = await REQUESTS[request]?.(client);
    const accepted = answer !== null && answer !== false;
    expect(`${accepted ? 'ok' : 'stall'} ${await client.state()}`).toBe(outcome);
  });
});

describe('commands', () => {
  test('it knows 00, 21, 41 and 92', async () => {
    const { client } = await plug();
    expect([...((await client.upload(0, 64)) ?? [])]).toEqual([0x00, 0x21, 0x41, 0x92]);
  });

  test.each([
    ['set address', command(0x21, 0x0802_0000), 104],
    ['erase', command(0x41, 0x0802_0000), 100],
    ['mass erase', Uint8Array.of(0x41), 100],
  ])('%s reports dfuDNBUSY first, with its poll time, and is done at the second GETSTATUS', async (_, bytes, poll) => {
    const { client } = await plug();
    expect((await client.downloadAndPoll(0, bytes)).said).toEqual([ok(BUSY, poll), ok(DOWNLOAD_IDLE)]);
  });

  test.each([
    ['an address that no memory has', command(0x21, 0x2000_0000), 1],
    ['an erase outside the flash', command(0x41, 0x0810_0000), 1],
    ['an erase in OTP', command(0x41, 0x1fff_7800), 1],
    ['a command of no known kind', Uint8Array.of(0x77), 15],
    ['an erase of a wrong length', Uint8Array.of(0x41, 0, 0), 15],
  ])('%s ends in dfuERROR', async (_, bytes, status) => {
    const { client, board } = await plug();
    expect((await client.downloadAndPoll(0, bytes)).said).toEqual([
      ok(BUSY, bytes[0] === 0x41 ? 100 : 104),
      failed(status),
    ]);
    expect(await client.clearStatus()).toBe(true);
    expect(await client.getStatus()).toEqual(ok(IDLE));
    expect(board.chip.memories[0].totalErases).toBe(0);
  });

  test('a write goes to pointer + (block − 2) × 2048, and can be read back', async () => {
    const { client, chip } = await plug();
    const data = Uint8Array.from({ length: 2048 }, (_, i) => i * 7);
    await client.downloadAndPoll(0, command(0x41, 0x0804_0000));
    await client.downloadAndPoll(0, command(0x21, 0x0804_0000));
    expect((await client.downloadAndPoll(3, data)).said).toEqual([ok(BUSY, 104), ok(DOWNLOAD_IDLE)]);
    expect(chip.memory.flash.read(0x0804_0800, 2048)).toEqual(data);
    await client.abort();
    expect(await client.upload(3, 2048)).toEqual(data);
    expect(await client.upload(2, 2048)).toEqual(new Uint8Array(2048).fill(0xff));
  });
});

test.each([
  ['requested length', [], 0x0800_0000 + 100],
  ['whole blocks', ['read-formula-constant'] as const, 0x0800_0000 + 2048],
] as const)('a short block is read at a distance counted in its %s', async (_, quirks, address) => {
  const { client, chip } = await plug({ quirks });
  expect(await client.upload(3, 100)).toEqual(chip.memory.flash.read(address, 100));
});

test.each([
  ['16 KiB', 0x0800_4000, 250],
  ['64 KiB', 0x0801_0000, 550],
  ['128 KiB', 0x080e_0000, 1000],
])('an erase of %s takes its time, inside the second GETSTATUS', async (_, address, ms) => {
  const { client } = await plug();
  const { ms: taken } = await client.downloadAndPoll(0, command(0x41, address));
  expect(taken).toBeGreaterThan(ms);
  expect(taken).toBeLessThan(ms + 5);
});

describe('quirks', () => {
  test('f4-starts-in-error: errFIRMWARE until CLRSTATUS', async () => {
    const { client } = await plug({ quirks: F405_QUIRKS });
    expect(await client.getStatus()).toEqual(failed(10));
    await client.clearStatus();
    expect(await client.getStatus()).toEqual(ok(IDLE));
  });

  test('f405-mass-erase-poll-lie: it reports 100 ms and takes more than 8 s; without the quirk it reports 16 s', async () => {
    const { client } = await plug();
    const { said, ms } = await client.downloadAndPoll(0, 0x41);
    expect(said[0]).toEqual(ok(BUSY, 100));
    expect(ms).toBeGreaterThan(8000);
    const honest = await plug({ quirks: [] });
    const first = (await honest.client.downloadAndPoll(0, 0x41)).said[0];
    expect(first).toEqual(ok(BUSY, 16_000));
  });

  test('l4-stalls-while-busy: GETSTATUS stalls until the erase is over, which completes all the same', async () => {
    const { client } = await plug({ quirks: ['l4-stalls-while-busy'] });
    await client.download(0, command(0x41, 0x0800_0000));
    expect(await client.getStatus()).toEqual(ok(BUSY, 100));
    expect(await client.getStatus()).toBe('stall');
    await client.sleep(250);
    expect(await client.getStatus()).toEqual(ok(DOWNLOAD_IDLE));
  });

  test('h743-stays-busy: until CLRSTATUS is sent twice; the command is carried out', async () => {
    const { client, chip } = await plug({ quirks: ['h743-stays-busy'] });
    const { said } = await client.downloadAndPoll(0, command(0x41, 0x0800_0000));
    expect(said).toEqual([ok(BUSY, 100), ok(BUSY), ok(BUSY)]);
    await client.clearStatus();
    expect(await client.getStatus()).toEqual(failed(14));
    await client.clearStatus();
    expect(await client.getStatus()).toEqual(ok(IDLE));
    expect(chip.memory.flash.read(0x0800_0000, 0x4000).every((byte) => byte === 0xff)).toBe(true);
  });

  test('c5-stalls-clrstatus: outside dfuERROR it stalls and changes nothing', async () => {
    const { client } = await plug({ quirks: ['c5-stalls-clrstatus'] });
    expect(await client.clearStatus()).toBe(false);
    expect(await client.getStatus()).toEqual(ok(IDLE));
  });
});

describe('protection', () => {
  test('level 1: reads, writes and erases give errVENDOR, and change nothing', async () => {
    const { client, chip } = await plug({ protection: 1 });
    const before = md5(chip.memory.flash.snapshot());
    const recovered = async () => {
      const reading = await client.getStatus();
      await client.clearStatus();
      return reading;
    };
    expect(await client.upload(2, 64)).toBeNull();
    expect(await recovered()).toEqual(failed(11));
    for (const [block, bytes] of [
      [0, command(0x41, 0x0800_0000)],
      [0, Uint8Array.of(0x41)],
      [2, Uint8Array.of(1, 2, 3, 4)],
    ] as const) {
      expect((await client.downloadAndPoll(block, bytes)).said.at(-1)).toEqual(failed(11));
      await client.clearStatus();
    }
    expect(md5(chip.memory.flash.snapshot())).toEqual(before);
  });

  test('read unprotect erases everything, and the board leaves the bus and comes back unprotected', async () => {
    const { client, chip } = await plug({ protection: 1 });
    await client.download(0, 0x92);
    expect(await client.getStatus()).toEqual(ok(BUSY, 104));
    await client.sleep(10_000);
    await client.present();
    expect([client.appeared, client.vanished]).toEqual([2, 1]);
    expect(chip.memory.flash.snapshot().every((byte) => byte === 0xff)).toBe(true);
    expect(await client.upload(2, 4)).toEqual(new Uint8Array(4).fill(0xff));
  });

  test('what reading needs comes last: power that fails in the mass erase leaves level 1', async () => {
    const { client, chip, board } = await plug({ protection: 1 });
    await client.download(0, 0x92);
    await client.getStatus();
    await client.sleep(3000);
    board.detach();
    expect(chip.memory.options.protection).toBe(1);
    expect(chip.memory.flash.read(0x0800_0000, 0x4000).every((byte) => byte === 0xff)).toBe(true);
    expect(chip.memory.flash.read(0x080e_0000, 4)).not.toEqual(new Uint8Array(4).fill(0xff));
  });

  test('read unprotect changes RDP and no other option byte', async () => {
    const { client, chip } = await plug({ protection: 1, writeProtected: [3] });
    const before = chip.memory.options.cells.snapshot();
    await client.download(0, 0x92);
    await client.getStatus();
    await client.sleep(10_000);
    await client.present();
    const after = chip.memory.options.cells.snapshot();
    expect([...after].flatMap((byte, i) => (byte === before[i] ? [] : [i]))).toEqual([1, 3]);
    expect([chip.memory.options.protection, chip.memory.options.writeProtected(3)]).toEqual([0, true]);
  });

  test('at level 2 its ROM never starts, whatever BOOT0 says: the application runs', async () => {
    const clock = instantClock();
    const board = new DfuBoard(clock, new StChip({ serial: '1', factory: stFactory(), protection: 2 }));
    const booted = board.booted();
    let appeared = 0;
    board.attach({ appeared: () => appeared++, vanished: () => {} });
    expect((await booted).end).toBe('application');
    expect(appeared).toBe(0);
  });

  test('a write-protected sector: erase and write report no error and change nothing', async () => {
    const { client, chip } = await plug({ writeProtected: [0] });
    const before = md5(chip.memory.flash.snapshot());
    expect((await client.downloadAndPoll(0, command(0x41, 0x0800_0000))).said.at(-1)).toEqual(ok(DOWNLOAD_IDLE));
    expect((await client.downloadAndPoll(2, 0, 0, 0, 0)).said.at(-1)).toEqual(ok(DOWNLOAD_IDLE));
    expect(md5(chip.memory.flash.snapshot())).toEqual(before);
    expect(chip.memory.flash.totalErases).toBe(0);
  });
});

describe('dangerous areas', () => {
  test('OTP burns once and for all, and is counted', async () => {
    const { client, board } = await plug();
    await client.downloadAndPoll(0, command(0x21, 0x1fff_7800));
    expect((await client.downloadAndPoll(2, 0x12)).said.at(-1)).toEqual(ok(DOWNLOAD_IDLE));
    expect((await client.downloadAndPoll(2, 0x34)).said.at(-1)).toEqual(failed(6));
    expect(board.violations.map((v) => `${v.memory}: ${v.fault}`)).toEqual([
      'OTP: one-time-burned',
      'OTP: one-time-burned',
      'OTP: cell-not-erased',
    ]);
  });

  test('a locked block accepts no more writes', async () => {
    const { client, chip } = await plug();
    await client.downloadAndPoll(0, command(0x21, 0x1fff_7a00));
    await client.downloadAndPoll(2, 0x00);
    await client.downloadAndPoll(0, command(0x21, 0x1fff_7800));
    expect((await client.downloadAndPoll(2, 0x12)).said.at(-1)).toEqual(failed(6));
    expect(chip.memory.otp.cells.read(0x1fff_7800, 1)[0]).toBe(0xff);
  });

  test('option bytes are replaced as a whole, counted, and take effect at the reset that follows', async () => {
    const { client, board, chip } = await plug();
    const wanted = chip.memory.options.cells.snapshot();
    wanted[1] = 0x00;
    wanted[3] = 0xff;
    await client.downloadAndPoll(0, command(0x21, 0x1fff_c000));
    await client.download(2, wanted);
    await client.getStatus();
    await client.sleep(1000);
    await client.present();
    expect(client.vanished).toBe(1);
    expect(board.violations.map((v) => v.fault)).toEqual(['option-bytes']);
    await client.clearStatus();
    await client.clearStatus();
    expect(await client.upload(2, 4)).toBeNull();
  });
});

describe('leaving', () => {
  test('it jumps to the address pointer, and the application runs', async () => {
    const { client, board } = await plug();
    const booted = board.booted();
    await client.downloadAndPoll(0, command(0x21, 0x0800_0000));
    await client.download(0);
    expect(await client.getStatus()).toEqual({ status: 0, pollMs: 1, state: 7 });
    expect(await booted).toMatchObject({ end: 'application', at: 0x0800_0000 });
    expect(client.there).toBe(false);
  });

  test('with the pointer at data instead of a program the board crashes', async () => {
    const { client, board } = await plug();
    const booted = board.booted();
    await client.downloadAndPoll(0, command(0x21, 0x080e_0000));
    await client.download(0);
    await client.getStatus();
    expect((await booted).end).toBe('crashed');
  });

  test('without BOOT0 it starts its application at power-on and never appears on the bus', async () => {
    const clock = instantClock();
    const board = new DfuBoard(clock, new StChip({ serial: '1', factory: stFactory() }));
    board.strap = 'run';
    const booted = board.booted();
    let appeared = 0;
    board.attach({ appeared: () => appeared++, vanished: () => {} });
    expect((await booted).end).toBe('application');
    expect([appeared, board.boot?.at]).toEqual([0, 0x0800_0000]);
  });
});

describe('faults', () => {
  test('an injected erase failure is errERASE, once', async () => {
    const { client, board, chip } = await plug();
    board.faults.failErase(0x0802_0000);
    expect((await client.downloadAndPoll(0, command(0x41, 0x0802_0000))).said.at(-1)).toEqual(failed(4));
    await client.clearStatus();
    expect((await client.downloadAndPoll(0, command(0x41, 0x0802_0000))).said.at(-1)).toEqual(ok(DOWNLOAD_IDLE));
    expect(chip.memory.flash.erasesPerSector[5]).toBe(1);
  });

  test('stuck in dfuDNBUSY: every GETSTATUS reports it, with a poll time of 0', async () => {
    const { client, board } = await plug();
    board.faults.stuckBusy = true;
    const { said } = await client.downloadAndPoll(0, command(0x21, 0x0800_0000));
    expect(said).toEqual([ok(BUSY, 104), ok(BUSY), ok(BUSY)]);
  });

  test('a board that hangs leaves the bus at the k-th transfer', async () => {
    const { client, board } = await plug();
    board.faults.vanishAt(2);
    expect(await client.getStatus()).toEqual(ok(IDLE));
    void client.getStatus();
    await client.sleep(1);
    expect(client.there).toBe(false);
    board.enterDfu();
    await client.present();
    expect(await client.getStatus()).toEqual(ok(IDLE));
  });
});

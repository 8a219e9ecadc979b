/** The DFU part of Particle's bootloader, against device-os: usbd_dfu_core.c, usbd_dfu_mal.c, usbd_flash_if.c. */
import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { makeDfuBoard } from './catalogue.ts';
import { command, RawClient } from '../../testing/virtual-boards/dfu-client.ts';

const IDLE = 2;
const BUSY = 4;
const DOWNLOAD_IDLE = 5;
const ok = (state: number, pollMs = 0) => ({ status: 0, pollMs, state });

async function plug(id = 'photon') {
  const clock = instantClock();
  const made = makeDfuBoard(id, clock);
  return { ...made, clock, client: await RawClient.plug(made.board, clock) };
}

const INTO: Record<string, (client: RawClient) => Promise<unknown>> = {
  dfuIDLE: async () => {},
  'dfuDNLOAD-SYNC': (client) => client.download(0, command(0x21, 0x0802_0000)),
  'dfuDNLOAD-IDLE': (client) => client.downloadAndPoll(0, command(0x21, 0x0802_0000)),
  'dfuUPLOAD-IDLE': (client) => client.upload(2, 16),
  dfuERROR: (client) => client.clearStatus(),
  'state 15': (client) => client.upload(1, 16),
};
const REQUESTS: Record<string, (client: RawClient) => Promise<unknown>> = {
  'DNLOAD of data': (client) => client.download(2, 1, 2, 3, 4),
  UPLOAD: (client) => client.upload(2, 4),
  'UPLOAD of block 0': (client) => client.upload(0, 64),
  CLRSTATUS: (client) => client.clearStatus(),
  ABORT: (client) => client.abort(),
};
/** Accepted or stalled, and the state afterwards (usbd_dfu_core.c, the DFU_Req_ functions). A stall changes no state. */
const TABLE: Record<string, readonly string[]> = {
  dfuIDLE: ['ok 3', 'ok 9', 'ok 2', 'ok 10', 'ok 2'],
  'dfuDNLOAD-SYNC': ['stall 3', 'stall 3', 'stall 3', 'ok 10', 'ok 2'],
  'dfuDNLOAD-IDLE': ['ok 3', 'stall 5', 'stall 5', 'ok 10', 'ok 2'],
  'dfuUPLOAD-IDLE': ['stall 9', 'ok 9', 'ok 2', 'ok 10', 'ok 2'],
  dfuERROR: ['stall 10', 'stall 10', 'stall 10', 'ok 2', 'ok 10'],
  'state 15': ['stall 15', 'stall 15', 'stall 15', 'ok 10', 'ok 15'],
};

describe('each request in each state', () => {
  const cases = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.keys(REQUESTS).map((request, i) => [state, request, row[i]] as const),
  );
  test.each(cases)('%s, %s: %s', async (state, request, outcome) => {
    const { client } = await plug();
    await INTO[state]?.(client);
    const answer = await REQUESTS[request]?.(client);
    expect(`${answer !== null && answer !== false ? 'ok' : 'stall'} ${await client.state()}`).toBe(outcome);
  });
});

test('it knows 00, 21 and 41 only: mass erase and read unprotect stall at GETSTATUS', async () => {
  const { client, flash } = await plug();
  expect([...((await client.upload(0, 64)) ?? [])]).toEqual([0x00, 0x21, 0x41]);
  for (const bytes of [Uint8Array.of(0x41), Uint8Array.of(0x92)]) {
    expect((await client.downloadAndPoll(0, bytes)).said).toEqual(['stall']);
    expect(await client.getStatus()).toEqual(ok(DOWNLOAD_IDLE));
  }
  expect(flash.totalErases).toBe(0);
});

test('an erase runs inside the first GETSTATUS, which then reports dfuDNBUSY with a poll time of 0', async () => {
  const { client, clock, flash } = await plug();
  await client.download(0, command(0x41, 0x080c_0000));
  const start = clock.now();
  expect(await client.getStatus()).toEqual(ok(BUSY));
  expect(clock.now() - start).toBeGreaterThan(1000);
  expect(flash.read(0x080c_0000, 0x2_0000).every((byte) => byte === 0xff)).toBe(true);
  expect(await client.getStatus()).toEqual(ok(DOWNLOAD_IDLE));
});

describe('a failure shows only as a stall of GETSTATUS', () => {
  test.each([
    ['an erase of the bootloader', 0x0800_0000],
    ['an erase of the DCT', 0x0800_4000],
    ['an erase of a sector that the map says is open', 0x0800_c000],
    ['an erase of the 64 KiB sector that the map says is open', 0x0801_0000],
    ['an erase behind the flash', 0x0810_0000],
  ])('%s', async (_, address) => {
    const { client, flash } = await plug();
    const before = md5(flash.snapshot());
    await client.download(0, command(0x41, address));
    expect(await client.getStatus()).toBe('stall');
    expect(await client.getStatus()).toEqual(ok(DOWNLOAD_IDLE));
    expect(md5(flash.snapshot())).toEqual(before);
    expect(flash.totalErases).toBe(0);
  });

  test('a write to the protected part, and a write to cells that are not erased', async () => {
    const { client, flash, violations } = await plug();
    for (const address of [0x0801_0000, 0x080a_0000]) {
      await client.downloadAndPoll(0, command(0x21, address));
      expect((await client.downloadAndPoll(2, 0, 0, 0, 0)).said).toEqual(['stall']);
      expect(await client.getStatus()).toEqual(ok(DOWNLOAD_IDLE));
    }
    expect(violations()).toEqual([{ fault: 'cell-not-erased', memory: 'internal flash', address: 0x080a_0002 }]);
    expect(flash.read(0x080a_0000, 4)).toEqual(new Uint8Array(4));
  });

  test('an injected one', async () => {
    const { client, board } = await plug();
    board.faults.failErase(0x080c_0000);
    expect((await client.downloadAndPoll(0, command(0x41, 0x080c_0000))).said).toEqual(['stall']);
    await client.getStatus();
    expect((await client.downloadAndPoll(0, command(0x41, 0x080c_0000))).said.at(-1)).toEqual(ok(DOWNLOAD_IDLE));
  });
});

test('a write goes to pointer + (block − 2) × 4096, padded to whole words, and can be read back', async () => {
  const { client, flash } = await plug();
  const data = Uint8Array.from({ length: 4096 }, (_, i) => i * 5);
  await client.downloadAndPoll(0, command(0x41, 0x080e_0000));
  // The erase left its address in the pointer.
  await client.downloadAndPoll(3, data);
  await client.downloadAndPoll(4, 1, 2, 3, 4, 5);
  await client.abort();
  expect(await client.upload(3, 4096)).toEqual(data);
  expect([...flash.read(0x080e_2000, 8)]).toEqual([1, 2, 3, 4, 5, 0xff, 0xff, 0xff]);
});

test('a read out of range gives zeros, without an error', async () => {
  const { client } = await plug();
  await client.downloadAndPoll(0, command(0x21, 0x2000_0000));
  await client.abort();
  expect(await client.upload(2, 64)).toEqual(new Uint8Array(64));
  expect(await client.getStatus()).toEqual(ok(9));
});

test('CLRSTATUS outside dfuERROR enters dfuERROR with errUNKNOWN; a second one leaves it', async () => {
  const { client } = await plug();
  await client.clearStatus();
  expect(await client.getStatus()).toEqual({ status: 14, pollMs: 0, state: 10 });
  await client.clearStatus();
  expect(await client.getStatus()).toEqual(ok(IDLE));
});

test('leaving reports state 5, then 8, then the board resets and starts its application', async () => {
  const { client, board } = await plug();
  const booted = board.booted();
  await client.download(0);
  expect(await client.getStatus()).toEqual(ok(5));
  expect(await client.getStatus()).toEqual(ok(8));
  await client.sleep(400);
  expect(client.there).toBe(true);
  expect((await booted).end).toBe('application');
  expect(client.there).toBe(false);
});

describe('alternate settings', () => {
  const choose = (client: RawClient, alternate: number) => client.transfer(0x01, 11, alternate);

  test('the DCT takes a write without an erase, and moves to its other sector', async () => {
    const { client, flash } = await plug();
    await choose(client, 1);
    await client.downloadAndPoll(0, command(0x21, 34));
    await client.downloadAndPoll(2, 1, 2, 3, 4);
    await client.abort();
    expect([...((await client.upload(2, 4)) ?? [])]).toEqual([1, 2, 3, 4]);
    await client.downloadAndPoll(0, command(0x41, 0));
    await client.abort();
    expect([...((await client.upload(2, 4)) ?? [])]).not.toEqual([0xff, 0xff, 0xff, 0xff]);
    expect(flash.erasesPerSector.slice(0, 4)).toEqual([0, 0, 1, 0]);
  });

  test('an interrupted DCT write leaves the old table in use', async () => {
    const { client, board } = await plug();
    await choose(client, 1);
    await client.downloadAndPoll(0, command(0x21, 0));
    await client.abort();
    const before = await client.upload(2, 64);
    await client.abort();
    await client.download(2, 1, 2, 3, 4);
    void client.getStatus();
    await client.sleep(280);
    board.detach();
    client.attach();
    await client.present();
    await choose(client, 1);
    await client.downloadAndPoll(0, command(0x21, 0));
    await client.abort();
    expect(await client.upload(2, 64)).toEqual(before);
  });

  test('the serial flash of a P1 is erased in units of 4 KiB', async () => {
    const { client, memories } = await plug('p1');
    await choose(client, 2);
    await client.downloadAndPoll(0, command(0x41, 0x1000));
    await client.downloadAndPoll(
      2,
      Uint8Array.from({ length: 4096 }, (_, i) => i),
    );
    expect(memories[1]?.totalErases).toBe(1);
    expect(memories[1]?.read(0x1001, 1)[0]).toBe(1);
    expect(memories[0]?.totalErases).toBe(0);
  });

  test('the one in use survives SET_CONFIGURATION, as a static variable does', async () => {
    const { client } = await plug();
    await choose(client, 1);
    await client.transfer(0x00, 9, 1);
    expect(await client.transfer(0x81, 10, 0, 1)).toEqual(Uint8Array.of(1));
    expect(await choose(client, 2)).toBeNull();
  });
});

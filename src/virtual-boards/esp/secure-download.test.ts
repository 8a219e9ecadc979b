/** Writing in Secure Download Mode, where flash can be neither read nor hashed. */
import { zlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { CHIPS } from './chips/index.ts';
import { OP } from './frames.ts';
import { OPEN_FUSES } from './fuses.ts';
import { le, RawClient } from '../../testing/virtual-boards/esp-client.ts';

const OK = [0, 0, 0, 0];
const data = Uint8Array.from({ length: 0x400 }, (_, i) => (i * 7) & 0xff);

async function connected(): Promise<RawClient> {
  const client = new RawClient({ chip: CHIPS['ESP32-C3'], fuses: { ...OPEN_FUSES, secureDownload: true } });
  await client.connect();
  expect((await client.command(OP.spiAttach, le(0, 0)))?.body).toEqual(OK);
  return client;
}

test('plain blocks are written', async () => {
  const client = await connected();
  expect((await client.command(OP.flashBegin, le(0x1000, 1, 0x400, 0x1_0000, 0)))?.body).toEqual(OK);
  expect((await client.block(OP.flashData, data, 0))?.body).toEqual(OK);
  expect(client.flash.read(0x1_0000, 0x400)).toEqual(data);
});

test('deflated blocks are written at another speed, and the end command starts the app', async () => {
  const client = await connected();
  await client.command(OP.changeBaudrate, le(460_800, 0));
  client.board.setBaud(460_800);
  const packed = zlibSync(data);
  expect((await client.command(OP.flashDeflBegin, le(0x400, 1, 0x400, 0x2000, 0)))?.body).toEqual(OK);
  expect((await client.block(OP.flashDeflData, packed, 0))?.body).toEqual(OK);
  expect(client.flash.read(0x2000, 0x400)).toEqual(data);
  expect((await client.command(OP.flashDeflEnd, le(0)))?.body).toEqual(OK);
  await client.wait(50);
  expect(client.board.mode).toBe('app');
});

test('nothing can be loaded into memory, so no stub runs', async () => {
  const client = await connected();
  expect((await client.command(OP.memBegin, le(4, 1, 4, 0x3fc80000)))?.body).toEqual([1, 5, 0, 0]);
  expect(client.board.mode).toBe('rom');
});

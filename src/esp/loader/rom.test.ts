/** Working with the ROM loader only: slower, but verified just as well. */
import { expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { testClock } from '../../testing/clock.ts';
import { reappearance } from '../../testing/esp/world.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeCancel } from '../../flash/failure.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { connectEsp } from './connect.ts';
import { TRANSFER } from '../board/setting-ids.ts';
import { REGION } from './target.ts';

const [FLASH_DATA, FLASH_DEFL_DATA] = [0x03, 0x11];

// Shared: tests run concurrently.
const clock = testClock();

const range = { region: REGION, address: 0x1d3000, size: 0x1e000 };
let seed = 7;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);
const quiet = { onSay: () => undefined, comesBack: () => Promise.resolve(null) };

async function connected(chosen = {}, id = 'esp32-raft') {
  const made = makeBoard(id, clock);
  const ops: number[] = [];
  const send = made.board.send.bind(made.board);
  made.board.send = (data) => {
    // A command starts with the SLIP END byte, "request" and its opcode.
    if (data[0] === 0xc0 && data[1] === 0) ops.push(data[2] ?? 0);
    send(data);
  };
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(made.board, { clock, usbVendorId, usbProductId });
  const comesBack = () => reappearance(port, clock);
  const target = await connectEsp(port, { clock, ...quiet, comesBack, chosen, cancel: makeCancel(), stub: false });
  return { made, target, ops };
}

// The ESP32's ROM writes past the end of a compressed write; for the C6's it is not known.
test.each([
  ['esp32-raft', 'compressed', FLASH_DATA],
  ['esp32-raft', 'raw', FLASH_DATA],
  ['esp32c3-raft', 'compressed', FLASH_DEFL_DATA],
  ['esp32c3-raft', 'raw', FLASH_DATA],
  ['esp32s3-raft', 'compressed', FLASH_DEFL_DATA],
  ['esp32c6-idf', 'compressed', FLASH_DATA],
])('%s, %s chosen: a rewrite changes exactly its range', async (id, transfer, data) => {
  const { made, target, ops } = await connected({ [TRANSFER]: transfer }, id);
  const wanted = made.flash.snapshot();
  wanted.set(content, range.address);
  const reported: number[] = [];
  await target.rewrite(range, content, { cancel: makeCancel(), onBytes: (done) => reported.push(done) });
  expect(Buffer.compare(made.flash.snapshot(), wanted)).toBe(0);
  expect(made.flash.violations).toEqual([]);
  expect(await target.digest?.(range)).toBe(md5Hex(content));
  expect(reported).toEqual(reported.toSorted((a, b) => a - b));
  expect(reported.at(-1)).toBe(range.size);
  // The commands that end a write would make the ROM exit its loader.
  expect(ops).not.toContain(0x04);
  expect(ops).not.toContain(0x12);
  expect([FLASH_DATA, FLASH_DEFL_DATA].filter((op) => ops.includes(op))).toEqual([data]);
});

test('bytes are read 64 at a time, even from odd addresses', async () => {
  const { made, target } = await connected();
  const odd = { region: REGION, address: 0x8ff3, size: 0x4d };
  const read = await target.read?.(odd, { cancel: makeCancel() });
  expect(read).toEqual(made.flash.snapshot().slice(odd.address, odd.address + odd.size));
});

test('the identity says that the ROM loader is used', async () => {
  const { target } = await connected();
  const identity = await target.identify();
  expect(identity).toMatchObject({ chip: 'ESP32', revision: 'v3.0', key: { value: '24:6f:28:ab:cd:ef' } });
  expect(identity.facts.find((fact) => fact.name === 'Loader')?.value).toContain('without the flasher');
  expect(target).toMatchObject({ mode: 'rom', flashSize: 0x400000 });
});

test('a cancel between two blocks keeps the link', async () => {
  const { made, target } = await connected();
  const cancel = makeCancel();
  const work = target.rewrite(range, content, { cancel, onBytes: () => cancel.cancel() });
  await expect(work).rejects.toMatchObject({ facts: { kind: 'stopped' } });
  const held = made.flash.snapshot().subarray(range.address, range.address + range.size);
  expect(await target.digest?.(range)).toBe(md5Hex(held));
});

/** Command and response frames of the ESP32's loaders (esptool docs: serial protocol, "Packet Description"). */

/** The loaders' commands (esptool docs: serial protocol, "Commands"). */
export const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeReg: 0x09,
  readReg: 0x0a,
  spiSetParams: 0x0b,
  spiAttach: 0x0d,
  readFlashSlow: 0x0e,
  changeBaudrate: 0x0f,
  flashDeflBegin: 0x10,
  flashDeflData: 0x11,
  flashDeflEnd: 0x12,
  spiFlashMd5: 0x13,
  getSecurityInfo: 0x14,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
  runUserCode: 0xd3,
} as const;

/** A command from the host; `checksum` is meaningful for data blocks only. */
export interface Command {
  readonly op: number;
  readonly checksum: number;
  readonly data: Uint8Array;
}

/** The command in a frame, or `undefined` when its direction or its length field is wrong. */
export function parseCommand(frame: Uint8Array): Command | undefined {
  if (frame.length < 8 || frame[0] !== 0) return undefined;
  const view = viewOf(frame);
  if (view.getUint16(2, true) !== frame.length - 8) return undefined;
  return { op: view.getUint8(1), checksum: view.getUint32(4, true), data: frame.subarray(8) };
}

/** A response frame: value word, data, and the status bytes at its end. */
export function response(op: number, value: number, data: Uint8Array, status: readonly number[]): Uint8Array {
  const frame = new Uint8Array(8 + data.length + status.length);
  const view = viewOf(frame);
  view.setUint8(0, 1);
  view.setUint8(1, op);
  view.setUint16(2, data.length + status.length, true);
  view.setUint32(4, value >>> 0, true);
  frame.set(data, 8);
  frame.set(status, 8 + data.length);
  return frame;
}

/** The first `count` little-endian words of some bytes; throws a `RangeError` if there are fewer. */
export function words(data: Uint8Array, count: number): number[] {
  const view = viewOf(data);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

/** The checksum of a data block (esptool docs: serial protocol, "Checksum"): XOR with the seed 0xEF. */
export function blockChecksum(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum ^ byte, 0xef);
}

/** The block in a data command; `wrong` says which of the two checks failed. */
export type DataBlock =
  | { readonly seq: number; readonly bytes: Uint8Array }
  | { readonly wrong: 'length' }
  | { readonly wrong: 'checksum'; readonly seq: number };

/** Parses a data command: size, sequence number, two zero words, then `size` bytes. */
export function parseBlock(command: Command): DataBlock {
  if (command.data.length < 16) return { wrong: 'length' };
  const [size = 0, seq = 0] = words(command.data, 2);
  const bytes = command.data.subarray(16);
  if (bytes.length !== size) return { wrong: 'length' };
  if (blockChecksum(bytes) !== command.checksum) return { wrong: 'checksum', seq };
  return { seq, bytes };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

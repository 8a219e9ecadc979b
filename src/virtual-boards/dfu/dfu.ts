/** Constants of the DFU class (DFU 1.1) and of ST's commands in it (AN3156). */

/** Class requests (DFU 1.1, table 3.2). */
export const REQUEST = {
  detach: 0,
  download: 1,
  upload: 2,
  getStatus: 3,
  clearStatus: 4,
  getState: 5,
  abort: 6,
} as const;

/** bState (DFU 1.1, 6.1.2). */
export const STATE = {
  idle: 2,
  downloadSync: 3,
  downloadBusy: 4,
  downloadIdle: 5,
  manifestSync: 6,
  manifest: 7,
  manifestWaitReset: 8,
  uploadIdle: 9,
  error: 10,
} as const;

/** bStatus (DFU 1.1, 6.1.2). */
export const STATUS = {
  ok: 0,
  errTarget: 1,
  errWrite: 3,
  errErase: 4,
  errProg: 6,
  errFirmware: 10,
  errVendor: 11,
  errUnknown: 14,
  errStalledPacket: 15,
} as const;

/** First bytes of a download to block 0 (AN3156, 5). */
export const COMMAND = { get: 0x00, setAddress: 0x21, erase: 0x41, readUnprotect: 0x92 } as const;

/** The six-byte answer to GETSTATUS; `pollMs` in milliseconds. */
export function statusBytes(status: number, pollMs: number, state: number): Uint8Array {
  return Uint8Array.of(status, pollMs & 0xff, (pollMs >> 8) & 0xff, (pollMs >> 16) & 0xff, state, 0);
}

/** The address in a five-byte command. */
export function commandAddress(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset, data.length).getUint32(1, true);
}

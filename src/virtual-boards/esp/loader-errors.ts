/** How the flasher stub and the ROM loader refuse (espressif/esp-flasher-stub, src/commands.h; esptool docs, "ROM Loader Errors"). */
/** The stub's error codes: the first of its two status bytes; the second is always 0. */
export const STUB_ERROR = {
  badLength: 0xc0,
  badChecksum: 0xc1,
  badBlockSize: 0xc2,
  invalidCommand: 0xc3,
  flashFailed: 0xc4,
  notInFlashMode: 0xc6,
  inflate: 0xc7,
  notEnoughData: 0xc8,
  tooMuchData: 0xc9,
  notImplemented: 0xff,
} as const;

/** A command the stub refuses; `code` is one of `STUB_ERROR`. */
export class StubRefusal extends Error {
  override readonly name = 'StubRefusal';
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

/** The ROM's error codes. */
export const ROM_ERROR = {
  invalidMessage: 0x05,
  failed: 0x06,
  checksum: 0x07,
  flashWrite: 0x08,
  flashRead: 0x09,
  flashReadLength: 0x0a,
  deflate: 0x0b,
} as const;

/** A command the ROM refuses; `code` is one of `ROM_ERROR`. `leaves`: the loader ends all the same. */
export class RomRefusal extends Error {
  override readonly name: string = 'RomRefusal';
  readonly leaves: boolean;
  constructor(
    readonly code: number,
    reason: string,
    { leaves = false }: { readonly leaves?: boolean } = {},
  ) {
    super(reason);
    this.leaves = leaves;
  }
}

/** A command the ROM does not know; the answer carries the opcode of another command. */
export class UnsupportedCommand extends RomRefusal {
  override readonly name = 'UnsupportedCommand';
  constructor() {
    super(ROM_ERROR.invalidMessage, 'unsupported command');
  }
}

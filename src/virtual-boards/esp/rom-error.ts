/** Refusals of the ROM loader (esptool docs: serial protocol, "ROM Loader Errors"). */

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

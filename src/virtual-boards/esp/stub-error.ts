/** Refusals of the flasher stub (espressif/esp-flasher-stub, src/commands.h: response codes, high byte first). */

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

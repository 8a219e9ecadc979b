/** What loader error codes mean, which failure each one becomes, and which remedies to try. */
import { ESPError, UnsupportedCommandError } from 'esptool-js';
import type { Failure } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { LoaderMode } from './device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from './transport.ts';

/**
 * What a failure means for the link. `noise`: the board replied that what it received was damaged, so both ends are in sync.
 * `silence`: no readable reply; one may still come. `none`: the link is not the cause.
 */
export type Sign = 'noise' | 'silence' | 'none';

/** Work that failed: the failure to report, and what it means for the link. */
export interface LoaderFailure {
  readonly failure: Failure;
  readonly sign: Sign;
}

interface LoaderError {
  readonly means: string;
  readonly failure: 'line-noise' | 'flash-failed' | 'unpack-failed' | 'command-unknown' | 'device-refused';
  /** Whether the command may have been damaged on the wire: only the content of a block has a checksum. */
  readonly noise: boolean;
}

type Codes = Readonly<Record<number, LoaderError>>;

const INVALID_MESSAGE = 0x05;

/** esptool docs, serial protocol, "ROM Loader Errors". */
const ROM_CODES: Codes = {
  [INVALID_MESSAGE]: { means: 'the message is invalid', failure: 'command-unknown', noise: true },
  0x06: { means: 'the command failed', failure: 'device-refused', noise: true },
  0x07: { means: 'the checksum is wrong', failure: 'line-noise', noise: true },
  0x08: { means: 'the flash content differs from what was written', failure: 'flash-failed', noise: false },
  0x09: { means: 'the flash could not be read', failure: 'flash-failed', noise: false },
  0x0a: { means: 'the read length is invalid', failure: 'command-unknown', noise: true },
  0x0b: { means: 'the compressed data is invalid', failure: 'unpack-failed', noise: true },
};

/** espressif/esp-flasher-stub, src/commands.h, `esp_response_code`: the high byte. */
const STUB_CODES: Codes = {
  0xc0: { means: 'the length is wrong', failure: 'command-unknown', noise: true },
  0xc1: { means: 'the checksum is wrong', failure: 'line-noise', noise: true },
  0xc2: { means: 'the block size is wrong', failure: 'command-unknown', noise: true },
  0xc3: { means: 'the command is invalid', failure: 'command-unknown', noise: true },
  0xc4: { means: 'a flash operation failed', failure: 'flash-failed', noise: false },
  0xc5: { means: 'the flash could not be unlocked', failure: 'flash-failed', noise: false },
  0xc6: { means: 'no write was started', failure: 'device-refused', noise: true },
  0xc7: { means: 'the compressed data is invalid', failure: 'unpack-failed', noise: true },
  0xc8: { means: 'data is missing', failure: 'device-refused', noise: true },
  0xc9: { means: 'there is more data than announced', failure: 'device-refused', noise: true },
  0xff: { means: 'the command is not implemented', failure: 'command-unknown', noise: false },
};

/** For an unknown code: the reply itself was damaged. */
const NO_CODE: LoaderError = { means: 'an undocumented code', failure: 'device-refused', noise: true };

/** An operation on a loader, for failures: its description, and its range if it has one. */
export interface Operation {
  readonly what: string;
  readonly range: Range | null;
}

/** An error of esptool-js or the browser as a failure with a place; null for any other error, which is a bug of ours. */
export function loaderFailureOf(error: unknown, { what, range }: Operation, mode: LoaderMode): LoaderFailure | null {
  if (error instanceof DOMException) return { failure: linkLost(error), sign: 'none' };
  if (!(error instanceof ESPError)) return null;
  const about = { cause: error, ...(range !== null && { place: { in: 'flash', range } as const }) };
  const code = codeIn(error, mode);
  if (code === null) {
    const values = { command: what, reason: error.message };
    return { failure: espFailure('no-answer', { ...about, values }), sign: 'silence' };
  }
  const { means, failure, noise } = (mode === 'stub' ? STUB_CODES : ROM_CODES)[code] ?? NO_CODE;
  const values = { command: what, code: `0x${code.toString(16).toUpperCase().padStart(2, '0')}`, means };
  return { failure: espFailure(failure, { ...about, values }), sign: noise ? 'noise' : 'none' };
}

/** Whether a loader replied with a refusal, so that no further reply to that command will come. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ESPError && codeIn(error, 'rom') !== null;
}

/** The error code in a refusal; null if there is none. */
function codeIn(error: ESPError, mode: LoaderMode): number | null {
  // The ROM's reply to an unknown command carries another command's opcode.
  if (error instanceof UnsupportedCommandError) return INVALID_MESSAGE;
  const status = /status (\d+),(\d+)/.exec(error.message);
  if (status === null) return null;
  // The stub's code is in the first byte; the ROM's first byte is 1, and the second is the code.
  return Number(mode === 'stub' ? status[1] : status[2]);
}

/** `again`: repeat over the same link; `slower` and `reset`: repeat after a reset, at a lower or at the same rate. */
export type RetryMethod = 'again' | 'slower' | 'reset';

/** How often an operation is repeated over the same link, and how often after a reset at the same rate. */
const MOST_AGAIN = 1;
const MOST_RESETS = 2;

/** The state of a link that decides on remedies. */
export interface LinkCondition {
  readonly mode: LoaderMode;
  /** Whether speed is automatic and there is a lower rate. */
  readonly canSlow: boolean;
}

/** The remedies left for one operation, mildest first. */
export class RetryBudget {
  #again = 0;
  #resets = 0;

  /** What to try next; null if nothing is left, or the link is not the cause. */
  next(sign: Sign, { mode, canSlow }: LinkCondition): RetryMethod | null {
    if (sign === 'none') return null;
    if (sign === 'noise' && this.#again++ < MOST_AGAIN) return 'again';
    if (canSlow) return 'slower';
    // The ROM loader's rate is already the lowest, or a person's choice.
    if (mode === 'rom' && this.#resets++ < MOST_RESETS) return 'reset';
    return null;
  }
}

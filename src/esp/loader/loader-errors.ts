/** What loader error codes mean, which failure each one becomes, and which remedies to try. */
import { ESPError, UnsupportedCommandError } from 'esptool-js';
import type { Failure } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { LoaderMode } from './device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from './transport.ts';

/**
 * What a failure says of the link. `noise`: the board answered that what it got was damaged, so that both ends are in
 * step. `silence`: no answer, or none that could be read; one may still come. `none`: the link is not the cause.
 */
export type Sign = 'noise' | 'silence' | 'none';

/** Work that failed: what to tell, and what it says of the link. */
export interface Trouble {
  readonly failure: Failure;
  readonly sign: Sign;
}

interface LoaderError {
  readonly means: string;
  readonly failure: 'line-noise' | 'flash-failed' | 'unpack-failed' | 'command-unknown' | 'device-refused';
  /** Whether it may be a command that was damaged on its way: only the content of a block has a checksum. */
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

/** An answer that was damaged itself. */
const NO_CODE: LoaderError = { means: 'an undocumented code', failure: 'device-refused', noise: true };

/** What someone did with a loader, for failures: the words for it, and where. */
export interface Doing {
  readonly what: string;
  readonly range: Range | null;
}

/** What esptool-js or the browser threw, as a failure with a place; null for what is neither's, a mistake of ours. */
export function troubleIn(error: unknown, { what, range }: Doing, mode: LoaderMode): Trouble | null {
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

/** Whether a loader answered with a refusal: then nothing more comes for that command. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ESPError && codeIn(error, 'rom') !== null;
}

/** The code in a refusal; null where there was none. */
function codeIn(error: ESPError, mode: LoaderMode): number | null {
  // The ROM answers a command that it does not know in the name of another one.
  if (error instanceof UnsupportedCommandError) return INVALID_MESSAGE;
  const status = /status (\d+),(\d+)/.exec(error.message);
  if (status === null) return null;
  // The stub puts its code into the first byte; the ROM's first is 1, and its second the code.
  return Number(mode === 'stub' ? status[1] : status[2]);
}

/** `again`: the same over the same link; `slower` and `anew`: after a reset, at a lower rate or at the same. */
export type Remedy = 'again' | 'slower' | 'anew';

/** How often a piece of work is sent again as it was, and after how many resets at the same rate. */
const MOST_AGAIN = 1;
const MOST_ANEW = 2;

/** What counts about a link. */
export interface Condition {
  readonly mode: LoaderMode;
  /** Whether there is a lower rate that nobody has to be asked about. */
  readonly canSlow: boolean;
}

/** The remedies of one piece of work, the mildest first. */
export class Remedies {
  #again = 0;
  #anew = 0;

  /** What to try next; null where nothing is left, or the link is not the cause. */
  next(sign: Sign, { mode, canSlow }: Condition): Remedy | null {
    if (sign === 'none') return null;
    if (sign === 'noise' && this.#again++ < MOST_AGAIN) return 'again';
    if (canSlow) return 'slower';
    // A ROM's rate is the lowest there is, or a person's choice.
    if (mode === 'rom' && this.#anew++ < MOST_ANEW) return 'anew';
    return null;
  }
}

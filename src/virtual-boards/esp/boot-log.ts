/** A boot as the console shows it, and its outcome as the board needs it. */
import type { NorFlash } from '../nor-flash.ts';
import type { ResetCause } from './chips/chip.ts';

/** One line of a boot log: `afterMs` milliseconds after the reset, `text` without its line ending. */
export interface LogLine {
  readonly afterMs: number;
  readonly text: string;
}

/** The console at 115200 baud: characters per millisecond. */
const CHARACTERS_PER_MS = 11.52;

/** Collects a boot log with timestamps as on a board: printing and working take time, so the stamps grow. */
export class BootLog {
  readonly lines: LogLine[] = [];
  /** Whether stamped lines have ANSI colours: see `printsColours`. */
  colours = false;
  #now = 0;

  /** Milliseconds since the reset. */
  get now(): number {
    return Math.floor(this.#now);
  }

  /** Lets time pass without output, in ms. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Logs a line of the ROM: no level, no timestamp. */
  plain(text: string): void {
    this.lines.push({ afterMs: Math.floor(this.#now), text });
    this.#now += (text.length + 2) / CHARACTERS_PER_MS;
  }

  /** Logs a line of ESP-IDF at level I. */
  info(tag: string, text: string): void {
    this.#stamped('I', tag, text);
  }

  /** Logs a line of ESP-IDF at level W. */
  warn(tag: string, text: string): void {
    this.#stamped('W', tag, text);
  }

  /** Logs a line of ESP-IDF at level E. */
  error(tag: string, text: string): void {
    this.#stamped('E', tag, text);
  }

  #stamped(level: keyof typeof COLOURS, tag: string, text: string): void {
    const line = `${level} (${Math.floor(this.#now)}) ${tag}: ${text}`;
    this.plain(this.colours ? `\x1b[0;${COLOURS[level]}m${line}\x1b[0m` : line);
  }
}

/** ESP-IDF, esp_log.h: LOG_COLOR_I, LOG_COLOR_W, LOG_COLOR_E; green, brown, red. */
const COLOURS = { I: 32, W: 33, E: 31 } as const;

/**
 * Whether builds of this version of ESP-IDF log in colours: from 4.4 to 5.1 (seen with bootloaders of both; boards:
 * ESP32-pdp8-simulator issue 2 with 4.4.1, espressif/esp-at issue 877 with 5.1.2).
 */
export function printsColours(idf: string): boolean {
  const version = versionOf(idf);
  return version >= 404 && version <= 501;
}

/** Major × 100 + minor of a version such as `v5.3.1`; 0 if it is not a version. */
export function versionOf(idf: string): number {
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(idf) ?? [];
  return Number(major) * 100 + Number(minor);
}

/** A piece of the boot log: `text` as sent (with its line endings), `afterMs` milliseconds after the reset. */
export interface BootLine {
  readonly afterMs: number;
  readonly text: string;
}

/** The log of a boot, from the ROM's banner on, and whether an application runs in the end. */
export interface BootOutcome {
  readonly lines: readonly BootLine[];
  readonly running: boolean;
  /** When `app_main` is called, in ms after the reset; default 0. */
  readonly appAfterMs?: number;
  /** What the application does to the flash when `app_main` is called. */
  readonly atStart?: (flash: NorFlash) => void;
}

/** A normal boot through ROM and bootloader; it may write flash, as a real bootloader writes otadata. */
export type BootLoader = (flash: NorFlash, cause?: ResetCause) => BootOutcome;

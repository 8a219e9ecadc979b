/** One line of a boot log. `afterMs`: milliseconds after the reset; the text is without its line end. */
export interface LogLine {
  readonly afterMs: number;
  readonly text: string;
}

/** The console at 115200 baud: characters per millisecond. */
const CHARACTERS_PER_MS = 11.52;

/** The words of a boot, stamped as a board stamps them: what prints or works takes time, so stamps grow with it. */
export class BootLog {
  readonly lines: LogLine[] = [];
  #now = 0;

  /** Milliseconds since the reset. */
  get now(): number {
    return Math.floor(this.#now);
  }

  /** Time that passes without a word, in milliseconds. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** The ROM's way: no level, no stamp. */
  plain(text: string): void {
    this.lines.push({ afterMs: Math.floor(this.#now), text });
    this.#now += (text.length + 2) / CHARACTERS_PER_MS;
  }

  /** ESP-IDF's way at level I. */
  info(tag: string, text: string): void {
    this.#stamped('I', tag, text);
  }

  /** ESP-IDF's way at level W. */
  warn(tag: string, text: string): void {
    this.#stamped('W', tag, text);
  }

  /** ESP-IDF's way at level E. */
  error(tag: string, text: string): void {
    this.#stamped('E', tag, text);
  }

  #stamped(level: string, tag: string, text: string): void {
    this.plain(`${level} (${Math.floor(this.#now)}) ${tag}: ${text}`);
  }
}

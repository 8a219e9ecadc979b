/** A chip's security eFuses, as read over the link. */

/** The protections of a chip. What cannot be read is `unknown`, never guessed. */
export interface Security {
  readonly encryption: {
    readonly on: boolean | 'unknown';
    /** Set bits of the flash-encryption counter and its width; null if it cannot be read. */
    readonly count: { readonly set: number; readonly of: number } | null;
    /** Whether the chip can still encrypt during a serial download. */
    readonly manual: 'allowed' | 'disabled' | 'unknown';
  };
  /** `on`: enabled, but the version is not known. */
  readonly secureBoot: 'off' | 'v1' | 'v2' | 'on' | 'unknown';
  /** `secure`: Secure Download Mode, without reads or digests. */
  readonly download: 'open' | 'secure';
  /** `until-reset`: disabled by software until it is unlocked with a key; `shut`: permanently disabled. */
  readonly jtag: 'open' | 'until-reset' | 'shut' | 'unknown';
  /** The purpose of each key block, in ESP-IDF's terms; null if it cannot be read. */
  readonly keys: readonly { readonly block: number; readonly purpose: string }[] | null;
}

/** A chip without any protection, as on most boards. */
export const OPEN: Security = {
  encryption: { on: false, count: null, manual: 'allowed' },
  secureBoot: 'off',
  download: 'open',
  jtag: 'open',
  keys: null,
};

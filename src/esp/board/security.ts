/** What a chip's fuses say about writing to it; read by the link, judged by the rules. */

/** The protection of a chip. What the chip does not let anyone ask is `unknown`, never a guess. */
export interface Security {
  readonly encryption: {
    readonly on: boolean | 'unknown';
    /** The bits of the flash-encryption counter that are set, and how many it has; null where it cannot be read. */
    readonly count: { readonly set: number; readonly of: number } | null;
    /** Whether the loader may still be asked to encrypt what it writes. */
    readonly manual: 'allowed' | 'disabled' | 'unknown';
  };
  /** `on` where a chip tells that it is on and not which. */
  readonly secureBoot: 'off' | 'v1' | 'v2' | 'on' | 'unknown';
  /** `secure`: Secure Download Mode, which reads nothing and digests nothing. */
  readonly download: 'open' | 'secure';
  /** `until-reset`: shut by software, and open again after it is unlocked with a key. */
  readonly jtag: 'open' | 'until-reset' | 'shut' | 'unknown';
  /** What each key block is for, in ESP-IDF's words; null where that is not readable. */
  readonly keys: readonly { readonly block: number; readonly purpose: string }[] | null;
}

/** A chip without any protection: what most boards are. */
export const OPEN: Security = {
  encryption: { on: false, count: null, manual: 'allowed' },
  secureBoot: 'off',
  download: 'open',
  jtag: 'open',
  keys: null,
};

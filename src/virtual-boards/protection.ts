/** The protections that virtual boards come with. */

/** `encryption-release` is in no board of the catalogue: tests make it by `makeBoard`'s options. */
export type Protection = 'none' | 'secure-download' | 'encryption-development' | 'encryption-release';

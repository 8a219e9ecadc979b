/** The protections that virtual boards come with. */

/** How a board is protected; none in the catalogue has `encryption-release`, which tests ask `makeBoard` for. */
export type Protection = 'none' | 'secure-download' | 'encryption-development' | 'encryption-release';

/** Where particular ST ROMs deviate, by name: a board has the quirks that are switched on. */

/** A quirk of a ROM; see docs/virtual-boards-dfu.md for the source of each. */
export type StQuirk =
  /** It may enumerate in dfuERROR with errFIRMWARE. */
  | 'f4-starts-in-error'
  /** It reports a poll time of 100 ms for a mass erase that takes 8 s or more. */
  | 'f405-mass-erase-poll-lie'
  /** It stalls GETSTATUS while it erases or programs, instead of delaying the answer. */
  | 'l4-stalls-while-busy'
  /** It stays in dfuDNBUSY after each command, until it gets CLRSTATUS twice. */
  | 'h743-stays-busy'
  /** It stalls CLRSTATUS outside dfuERROR, instead of entering dfuERROR. */
  | 'c5-stalls-clrstatus'
  /** It reads at pointer + (block − 2) × wTransferSize, however short the last block is. */
  | 'read-formula-constant';

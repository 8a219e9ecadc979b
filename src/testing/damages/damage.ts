/** A damage to a board: a state that real silicon can be in, what is wrong in it, and what becomes of it. Plain data for tests. */
import type { MadeBoard } from '../../virtual-boards/catalogue.ts';
import type { MadeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';

/** Addresses [from, to) in bytes. */
export type Span = readonly [from: number, to: number];

/** A file of the build, as a person drops it. */
export interface BuildFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What a person does about it. */
export type Cure =
  /** Takes the repair of the finding whose button begins with these words, best first if there are several. */
  | { readonly take: string }
  /** Writes the table that the diagnosis put together. */
  | { readonly take: 'the proposed table' }
  /** Drops files of the build, which the finding asks for. */
  | { readonly drop: readonly BuildFile[]; readonly unlock?: true };

/** What ends it: the board starts what lies at an address again, or a reason in hardware, which a finding names by its kind. */
export type End =
  | {
      readonly starts: number;
      readonly cure: Cure;
      /** What the repair may change; everything else is compared. */
      readonly changes: readonly Span[];
      /** The damaged thing is still there afterwards, and the board does without it. */
      readonly still?: true;
    }
  | { readonly never: 'fuse' | 'level 2' | 'lost key'; readonly says: RegExp; readonly gone?: true };

interface Common {
  readonly name: string;
  /** The id of the virtual board. */
  readonly board: string;
  /** What is really wrong, as a sentence. */
  readonly truth: string;
  /** The kind of finding that says it, and the addresses that its place shares a byte with; null where it is the whole device. */
  readonly said: { readonly kind: string; readonly within: Span | null };
  /** What the board prints, too, once it starts again: its settings and files are as they were. */
  readonly prints?: RegExp;
  readonly end: End;
}

/** A damage to an Espressif board: `happens` writes bytes into the cells as something in the field would. */
export interface EspDamage extends Common {
  readonly family: 'esp';
  readonly happens: (board: MadeBoard) => void;
}

/** A damage to a board in DFU mode. */
export interface DfuDamage extends Common {
  readonly family: 'dfu';
  readonly happens: (board: MadeDfuBoard) => void;
  /** What happens after it was read, where the board does not appear any more then. */
  readonly later?: (board: MadeDfuBoard) => void;
}

/** Any damage. */
export type Damage = EspDamage | DfuDamage;

/** Turns bits of one byte around, whatever the cells allow. */
export function flip(flash: Pick<MadeBoard['flash'], 'read' | 'load'>, at: number, bits: number): void {
  flash.load(
    at,
    flash.read(at, 1).map((byte) => byte ^ bits),
  );
}

/** Test support: what files on a board are told. Nothing of the app imports it. */
import type { BoardRefusalKind } from '../../esp/arrange/refusals.board.ts';
import type { FileRefusalKind } from '../../esp/arrange/refusals.ts';
import type { TestIdentity } from '../esp/placements.ts';
import type { DroppedFile } from '../../flash/family.ts';

/** Files that are dropped on a board. */
export interface Drop {
  readonly files: readonly DroppedFile[];
  /** The ids of choices that a person made, by file name. */
  readonly chosen?: Readonly<Record<string, string>>;
  /** What the board's flash holds; a sound board's unless told. */
  readonly flash?: Uint8Array;
  readonly identity?: TestIdentity;
}

/** A kind as `kindsOf` names it: with a `?` before it, it is a question. */
export type Asked = Refused | `?${Refused}`;

type Refused = FileRefusalKind | BoardRefusalKind;

/** What a rule of files is broken by. */
export interface BrokenDrop {
  readonly title: string;
  /** Everything that is told, once for each time, and first what this is a case of. */
  readonly kinds: readonly [Asked, ...Asked[]];
  /** The words that it is told with. */
  readonly says: RegExp;
  readonly broken: () => Drop;
  /** Files as near as can be that keep the rule. */
  readonly mended: () => Drop;
}

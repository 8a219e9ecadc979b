/** Test support: files dropped on a board, and what is reported about them. Nothing of the app imports it. */
import type { ProtectionRefusalKind } from '../../esp/arrange/refusals.protections.ts';
import type { FileRefusalKind } from '../../esp/arrange/refusals.files.ts';
import type { TestIdentity } from '../esp/placements.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';

/** Files that are dropped on a board. */
export interface Drop {
  readonly files: readonly DroppedFile[];
  /** The ids of a person's choices, by file name. */
  readonly chosen?: Readonly<Record<string, string>>;
  /** The content of the board's flash; a sound board's by default. */
  readonly flash?: Uint8Array;
  readonly identity?: TestIdentity;
}

/** A kind as `kindsOf` names it: a `?` prefix marks a question. */
type Asked = Refused | `?${Refused}`;

type Refused = FileRefusalKind | ProtectionRefusalKind;

/** Files that break a rule. */
export interface BrokenPlacement {
  readonly title: string;
  /** Everything that is reported, including repeats; the first is what this is a case of. */
  readonly kinds: readonly [Asked, ...Asked[]];
  /** The wording of the report. */
  readonly says: RegExp;
  readonly broken: () => Drop;
  /** The nearest files that keep the rule. */
  readonly mended: () => Drop;
}

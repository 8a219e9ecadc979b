/** What hostile recovery bundles are made of, and how they are dropped on boards, as a person would. */
import { donorBundle, filesIn, manifestIn, rewritten, SEED } from '../bundles.ts';
import { source } from '../esp/archives.ts';
import type { HostileCase } from './case.ts';
import type { DropBoard } from './drop.ts';
import { dropped } from './drop.ts';
import type { Source } from '../../flash/dropped-file.ts';

/** Files of an archive, by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** Text as UTF-8. */
export const text = (words: string): Uint8Array => new TextEncoder().encode(words);
/** The files of the donor's images. */
export const APP = 'app0-0x4000.bin';
/** See `APP`. */
export const FS = 'fs-0xa000.bin';
/** The donor's bundle, and the same with a signature. */
export const UNSIGNED = await donorBundle();
/** See `UNSIGNED`. */
export const SIGNED = await donorBundle(SEED);
/** The files of the unsigned bundle. */
export const FILES = filesIn(UNSIGNED);
/** One of them; empty if there is none of this name. */
export const of = (name: string): Uint8Array => FILES[name] ?? new Uint8Array();
/** Bytes with one of them changed. */
export const flipped = (data: Uint8Array, at: number): Uint8Array =>
  data.map((byte, i) => (i === at ? byte ^ 0x80 : byte));
const dropOf = (data: Uint8Array): readonly Source[] => [source('a.zip', data)];

/** What came of a bundle; where it must be refused, nothing of it may be among the parts. */
async function came(
  make: () => Uint8Array | Promise<Uint8Array> | readonly Source[],
  board: DropBoard,
): Promise<string> {
  const made = await make();
  const drop = made instanceof Uint8Array ? dropOf(made) : made;
  return dropped({ drop: () => drop, board });
}

/** A bundle or a folder, what it attacks, and what must come of it on a board; an ESP32 unless given. */
export interface Case extends Omit<HostileCase, 'run'> {
  readonly make: () => Uint8Array | Promise<Uint8Array> | readonly Source[];
  readonly board?: DropBoard;
}

/** Bundles as cases of the table. */
export const cases = (list: readonly Case[]): HostileCase[] =>
  list.map(({ make, board = 'ESP32', ...own }) => ({ ...own, run: () => came(make, board) }));

/** The unsigned bundle with its manifest changed. */
export const listing = (change: (manifest: Record<string, unknown>) => void, files: Files = {}) =>
  rewritten(UNSIGNED, change, { files });
/** The unsigned bundle with other fields in the list of its images. */
export const imagesWith = (change: (image: Record<string, unknown>, i: number) => object) =>
  listing(
    (manifest) =>
      (manifest['images'] = manifestIn(UNSIGNED).images.map((image, i) => ({ ...image, ...change({ ...image }, i) }))),
  );
/** The unsigned bundle with another file for its first image. */
export const named = (file: string) => imagesWith((_, i) => (i === 0 ? { file } : {}));

/** What comes of a manifest with a wrong value. */
export const WRONG = 'left out, bundle-wrong';
/** What comes of a bundle that is not whole. */
export const DAMAGED = 'left out, bundle-damaged';

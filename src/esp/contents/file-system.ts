/** What every file system codec gives: reading on demand, checking, and writing as the firmware's own library would. */
import type { Refusal } from '../../flash/finding.ts';
import type { ContentEdit, FileTree, MountsUnderBoth, PartitionBytes } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';

/** What to do with a file system that nothing here repairs. */
export const SAVE_FILES = 'Save the files that can be read, then recreate the file system.';

/** An opened file system. Its tree was read without the files' data. */
export interface OpenFileSystem {
  readonly tree: FileTree;
  /** A file's bytes; reads only them. Rejects with a `Failure` that names the damaged place if they cannot be trusted. */
  readFile(path: string): Promise<Uint8Array>;
}

/** A file system with its bytes changed, or the reason why it cannot be: sizes in its values, in bytes. */
export type Rewritten =
  { readonly data: Uint8Array; readonly mountsUnderBoth?: MountsUnderBoth } | { readonly refusal: Refusal };

/** Edits of files; see `ContentEdit`. */
export type FileEdit = Extract<
  ContentEdit,
  { readonly edit: 'write-file' | 'make-folder' | 'delete-file' | 'rename-file' | 'compact' }
>;

/** A file to put into a new file system, with the attributes that the format keeps. */
export interface NewFile {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly data: Uint8Array;
  readonly modified: number | null;
}

/** A codec; `P` are the parameters that the format does not record everywhere (page, block and name lengths). */
export interface FileSystemCodec<P> {
  /** Null if the bytes are not this format. Damage is among the tree's findings, never thrown. */
  open(bytes: PartitionBytes, yieldNow?: YieldNow): Promise<OpenFileSystem | null>;
  /** The parameters of an image, to build another like it; null if it is not this format. A layer below may have to be read first. */
  parametersOf(image: Uint8Array): P | null | Promise<P | null>;
  /** The parameters that the firmware's own formatter uses for a partition of this size, in bytes. */
  usualParameters(size: number): P;
  /** A new image that fills `size` bytes; files in the order given. */
  build(files: readonly NewFile[], size: number, parameters: P, yieldNow: YieldNow): Promise<Rewritten>;
  /** The image with edits applied, in only the units that have to change; `image` itself is left as it is. */
  edit(image: Uint8Array, edits: readonly FileEdit[], yieldNow: YieldNow): Promise<Rewritten>;
  /** The image for a partition of another size, with the same files and attributes; smaller ones if the files fit. */
  resize(image: Uint8Array, size: number, yieldNow: YieldNow): Promise<Rewritten>;
  /** The most bytes that files may have in an image of `size` bytes, and each file's cost, to say what is too large before anything is built. */
  costOf(
    files: readonly NewFile[],
    size: number,
    parameters: P,
  ): { readonly needed: number; readonly available: number; readonly each: readonly number[] };
}

/** The formats of partition contents that can be listed and edited, behind one interface: settings and file systems. */
import type { ContentEdit, OpenedPartition, PartitionBytes } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import type { TableRow } from '../partitions/table.ts';
import type { Rewritten } from './file-system.ts';

/** One format. `keys` are the bytes of a partition with NVS encryption keys, null where there is none or it cannot be read. */
export interface ContentFormat {
  /** As `ContentEdit` names it to make an empty one. */
  readonly id: string;
  /** Whether the firmware looks for it in a partition of this type; it is tried first there, and what is blank becomes it. */
  isFor(row: TableRow): boolean;
  /** Null if the bytes are not this format. */
  open(bytes: PartitionBytes, keys: Uint8Array | null): Promise<OpenedPartition | null>;
  /** The bytes with edits applied, none of which makes an empty content. */
  edit(image: Uint8Array, edits: readonly ContentEdit[], how: EditHow): Promise<Rewritten>;
  /** An empty content that fills this many bytes. */
  make(size: number, how: EditHow): Promise<Rewritten>;
}

/** What editing needs beside the bytes. */
export interface EditHow {
  readonly keys: Uint8Array | null;
  readonly yieldNow: YieldNow;
}

/** Every format, in the order in which they are tried. */
export const FORMATS: readonly ContentFormat[] = [];

/** The formats in the order in which they are tried in a partition. */
export function formatsFor(row: TableRow): readonly ContentFormat[] {
  return [...FORMATS.filter((format) => format.isFor(row)), ...FORMATS.filter((format) => !format.isFor(row))];
}

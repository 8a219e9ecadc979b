/** The formats of partition contents that can be listed and edited, behind one interface: settings and file systems. */
import type { ContentEdit, OpenedPartition, PartitionBytes, SettingsFile } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { isFilledWith } from '../../formats/binary.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, fileSystemOf, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { fatCodec, fatParameters } from './fat/codec.ts';
import { converted, salvaged } from './convert.ts';
import type { FileEdit, FileSystemCodec, OpenFileSystem, Rewritten } from './file-system.ts';
import { littleFs } from './littlefs/littlefs.ts';
import { noFile, unchangeable } from './refusals.ts';
import { countNvs } from './nvs/count.ts';
import { exportCsv } from './nvs/csv.ts';
import { edit, make, resize, salvage } from './nvs/edit.ts';
import { exportJson } from './nvs/json.ts';
import { listNvs } from './nvs/list.ts';
import type { SettingEdit } from './nvs/model.ts';
import { readNvs } from './nvs/read.ts';
import type { Salvaged } from './convert.ts';
import { SPIFFS } from './spiffs/codec.ts';

/** What opening and editing need beside the bytes. */
export interface ContentKeys {
  /** The bytes of the partition with the keys of NVS; null where there is none or it cannot be read. */
  readonly keys: Uint8Array | null;
}

/** What opening needs beside the bytes; without `yieldNow` nothing else runs meanwhile. */
export interface OpenHow extends ContentKeys {
  readonly yieldNow?: YieldNow;
}

/** What editing needs beside the bytes. */
export interface EditHow extends ContentKeys {
  readonly yieldNow: YieldNow;
}

/** One format. */
export interface ContentFormat {
  readonly id: string;
  /** Whether the firmware looks for it in a partition of this type; it is tried first there. */
  isFor(row: TableRow): boolean;
  /** Null if the bytes are not this format. `isOwn`: the firmware looks for it in this partition. */
  open(bytes: PartitionBytes, how: OpenHow, isOwn: boolean): Promise<OpenedPartition | null>;
  /** The bytes with edits applied, none of which makes an empty content. */
  edit(image: Uint8Array, edits: readonly ContentEdit[], how: EditHow): Promise<Rewritten>;
  /** Everything that can be read, rewritten; what cannot is given up. */
  salvage(image: Uint8Array, how: EditHow): Promise<Salvaged>;
  /** The same content in this many bytes. */
  resize(image: Uint8Array, size: number, how: EditHow): Promise<Rewritten>;
  /** The files of another file system in a new one of this format, as the firmware formats it; absent where it holds no files. */
  readonly converted?: (from: OpenFileSystem, size: number, how: EditHow) => Promise<Rewritten>;
  /** How empty contents of this many bytes are made, by the names that `ContentEdit` gives them. */
  readonly makes: Readonly<Record<string, (size: number, how: EditHow) => Promise<Rewritten>>>;
}

/** Content that was opened, and its format. */
export interface FoundContent {
  readonly format: ContentFormat;
  readonly opened: OpenedPartition;
}

/** The first two pages of NVS: one of them has a header unless the partition is blank there. */
const NVS_HEAD = 0x2000;

/** Settings. All of a partition is read: the order of its pages depends on each of them. */
const NVS: ContentFormat = {
  id: 'nvs',
  isFor: ({ type, subtype }) => type === TYPE_DATA && subtype === DATA.nvs,
  open: async (bytes, { keys }, isOwn) => {
    // Another format's partition is not read whole to find that out.
    const head = await bytes.read(0, Math.min(NVS_HEAD, bytes.size));
    if (countNvs(head) === null && !isFilledWith(head, 0xff) && !isOwn) return null;
    const image = await bytes.read(0, bytes.size);
    // What is blank is an empty one, where the firmware keeps its settings.
    if (countNvs(image) === null && !(isOwn && isFilledWith(image, 0xff))) return null;
    const options = optionsOf(keys);
    const exportAs = (as: SettingsFile) => (as === 'csv' ? exportCsv : exportJson)(readNvs(image, options).values);
    return { listing: listNvs(image, options), readFile: noFile, exportAs };
  },
  edit: (image, edits, { keys }) => {
    const own = edits.filter(isForSettings);
    const other = own.length < edits.length;
    return Promise.resolve(other ? unchangeable('NVS holds settings, not files') : edit(image, own, optionsOf(keys)));
  },
  salvage: (image, { keys }) => Promise.resolve(salvage(image, optionsOf(keys))),
  resize: (image, size, { keys }) => Promise.resolve(resize(image, size, optionsOf(keys))),
  makes: { nvs: (size) => Promise.resolve(make(size)) },
};

/** A file system; `makes` are the parameters of the empty ones that can be made, for a size in bytes. */
function fileSystem<P>(
  id: string,
  codec: FileSystemCodec<P>,
  makes: Readonly<Record<string, (size: number) => P>>,
): ContentFormat {
  return {
    id,
    isFor: (row) => fileSystemOf(row) === id,
    open: async (bytes, { yieldNow }) => {
      const opened = await codec.open(bytes, yieldNow);
      return opened === null ? null : { listing: opened.tree, readFile: (path) => opened.readFile(path) };
    },
    edit: (image, edits, { yieldNow }) => {
      const own = edits.filter(isForFiles);
      const other = own.length < edits.length;
      return other ? Promise.resolve(unchangeable('it holds files, not settings')) : codec.edit(image, own, yieldNow);
    },
    salvage: (image, { yieldNow }) => salvaged(image, codec, id, yieldNow),
    resize: (image, size, { yieldNow }) => codec.resize(image, size, yieldNow),
    converted: (from, size, { yieldNow }) => converted(from, codec, size, yieldNow),
    makes: Object.fromEntries(
      Object.entries(makes).map(([name, parametersFor]) => [
        name,
        (size, { yieldNow }) => codec.build([], size, parametersFor(size), yieldNow),
      ]),
    ),
  };
}

/** Every format, in the order in which they are tried. */
export const FORMATS: readonly ContentFormat[] = [
  NVS,
  fileSystem('littlefs', littleFs, { littlefs: (size) => littleFs.usualParameters(size) }),
  fileSystem('fat', fatCodec, {
    fat: (size) => fatParameters(size, 'none'),
    'fat-wl': (size) => fatParameters(size, '4096'),
  }),
  fileSystem('spiffs', SPIFFS, { spiffs: (size) => SPIFFS.usualParameters(size) }),
];

/** The formats in the order in which they are tried in a partition; an app holds none of them. */
function formatsFor(row: TableRow): readonly ContentFormat[] {
  if (row.type === TYPE_APP) return [];
  return [...FORMATS.filter((format) => format.isFor(row)), ...FORMATS.filter((format) => !format.isFor(row))];
}

/** What a partition of this type holds, and in which format; null if that is none of them. Rejects as the reads of `bytes` do. */
export async function openedIn(bytes: PartitionBytes, row: TableRow, how: OpenHow): Promise<FoundContent | null> {
  for (const format of formatsFor(row)) {
    const opened = await format.open(bytes, how, format.isFor(row));
    if (opened !== null) return { format, opened };
  }
  return null;
}

function isForSettings(edit: ContentEdit): edit is SettingEdit {
  return edit.edit === 'set' || edit.edit === 'delete-setting' || edit.edit === 'compact';
}

function isForFiles(edit: ContentEdit): edit is FileEdit {
  return !['set', 'delete-setting', 'make', 'salvage'].includes(edit.edit);
}

function optionsOf(keys: Uint8Array | null) {
  return keys === null ? {} : { keys: keys.subarray(0, 64) };
}

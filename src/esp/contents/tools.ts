/** What the view of contents works out by itself, for Espressif boards. */
import type { ContentsTools, FileCosts, FileEntry, MadeFormat } from '../../flash/partition-contents.ts';
import { fatCodec, fatParameters } from './fat/codec.ts';
import type { FileSystemCodec, NewFile } from './file-system.ts';
import { importCsv } from './nvs/csv.ts';
import { importJson } from './nvs/json.ts';
import { littleFs } from './littlefs/littlefs.ts';
import { SPIFFS } from './spiffs/codec.ts';

type CostOf = (files: readonly NewFile[], size: number) => FileCosts;

/** What files cost in the format of a codec, with the parameters for a size in bytes. */
function costs<P>(codec: Pick<FileSystemCodec<P>, 'costOf'>, parametersFor: (size: number) => P): CostOf {
  return (files, size) => codec.costOf(files, size, parametersFor(size));
}

const FILE_FORMATS: readonly (MadeFormat & { readonly type: string; readonly costOf: CostOf })[] = [
  {
    id: 'littlefs',
    name: 'LittleFS',
    type: 'data, littlefs',
    costOf: costs(littleFs, (size) => littleFs.usualParameters(size)),
  },
  {
    id: 'fat-wl',
    name: 'FAT with wear levelling',
    type: 'data, fat',
    costOf: costs(fatCodec, (size) => fatParameters(size, '4096')),
  },
  { id: 'fat', name: 'FAT', type: 'data, fat', costOf: costs(fatCodec, (size) => fatParameters(size, 'none')) },
  { id: 'spiffs', name: 'SPIFFS', type: 'data, spiffs', costOf: costs(SPIFFS, (size) => SPIFFS.usualParameters(size)) },
];

/** The tools; see `ContentsTools`. */
export const contentsTools: ContentsTools = {
  formatsFor: (type) => {
    if (type === 'data, nvs') return [{ id: 'nvs', name: 'NVS' }];
    if (!type.startsWith('data, ')) return [];
    const own = FILE_FORMATS.filter((format) => format.type === type);
    if (own.length === 0) return [];
    return [...own, ...FILE_FORMATS.filter((format) => format.type !== type)].map(({ id, name }) => ({ id, name }));
  },
  costOf: (format, files, size) => FILE_FORMATS.find(({ id }) => id === format)?.costOf(files.map(sized), size) ?? null,
  importSettings: (name, data) => {
    const read = name.toLowerCase().endsWith('.json')
      ? importJson(data, name)
      : importCsv(new TextDecoder().decode(data), name);
    return 'edits' in read ? read : { refused: `${read.refusal.says} ${read.refusal.next}` };
  },
};

/** A file of which only the size counts. */
function sized({ path, size }: Pick<FileEntry, 'path' | 'size'>): NewFile {
  return { path, kind: 'file', data: new Uint8Array(size), modified: null };
}

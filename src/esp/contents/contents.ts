/** Recognises a partition's content from its first bytes: plain data and one sentence, never a secret. */
import { count } from '../../flash/english.ts';
import { bytes } from '../../flash/finding.ts';
import type { PartitionBytes } from '../../flash/partition-contents.ts';
import type { AppHead } from '../../formats/app-header.ts';
import { MAX_SEGMENTS, readAppHead } from '../../formats/app-header.ts';
import { appName, appSays, chipWords } from '../../formats/words.ts';
import { ascii, holdsAt, isFilledWith } from '../../formats/binary.ts';
import { readHeader } from './core-dump/header.ts';
import { fatOfHead, locate } from './fat/locate.ts';
import { superblockOfHead } from './littlefs/mount.ts';
import { countNvs, entryWords } from './nvs/count.ts';
import type { NvsCounts } from './nvs/count.ts';
import { readKeyPartition } from './nvs/xts.ts';
import { certaintyOfHead } from './spiffs/detect.ts';
import type { Certainty } from './spiffs/detect.ts';
import { activeRecord, defectWords, readRecord, RECORD_DISTANCE, RECORD_SIZE } from '../boot/otadata.ts';
import type { OtaRecord, RecordIndex } from '../boot/otadata.ts';
import type { TableEntry } from '../partitions/table.ts';
import { DATA, fileSystemOf, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';

/** The fields of a partition that `recognise` uses; size in bytes. */
export type ContentsRow = Pick<TableEntry, 'type' | 'subtype' | 'size'>;

interface Found {
  /** One plain sentence. */
  readonly says: string;
}

/** What was found in a partition's first bytes. */
export type Contents =
  | (Found & { readonly kind: 'unread' | 'zeros' | 'phy' | 'nvs-keys' | 'encrypted-looking' | 'unknown' })
  | (Found & { readonly kind: 'blank'; readonly brief: string })
  | (Found & { readonly kind: 'app'; readonly head: AppHead })
  | (Found & { readonly kind: 'nvs'; readonly counts: NvsCounts })
  /** `size` is what the superblock says, in bytes; null if it is lost. */
  | (Found & { readonly kind: 'littlefs'; readonly size: number | null })
  | (Found & { readonly kind: 'spiffs'; readonly certainty: Certainty })
  | (Found & { readonly kind: 'fat'; readonly levelled: boolean })
  | (Found & { readonly kind: 'coredump'; readonly size: number; readonly chip: string })
  | (Found & {
      readonly kind: 'otadata';
      readonly records: readonly [OtaRecord, OtaRecord];
      readonly active: RecordIndex | null;
    });

type Recogniser = (data: Uint8Array, row: ContentsRow) => Contents | null;

function isData(row: ContentsRow, subtype: number): boolean {
  return row.type === TYPE_DATA && row.subtype === subtype;
}

const blank: Recogniser = (data, row) => {
  if (!isFilledWith(data, 0xff)) return null;
  if (data.length >= row.size) return { kind: 'blank', says: 'Blank (erased) throughout.', brief: 'blank' };
  // An interrupted erase, and what was there before this layout, leave data behind a blank start.
  const brief = row.type === TYPE_APP ? 'no app' : 'blank at its start';
  return { kind: 'blank', says: `Blank (erased) in its first ${bytes(data.length)}.`, brief };
};

const zeros: Recogniser = (data, row) => {
  if (!isFilledWith(data, 0)) return null;
  const where = data.length >= row.size ? 'throughout' : `in its first ${bytes(data.length)}`;
  return { kind: 'zeros', says: `Zeros ${where}: nothing known.` };
};

const app: Recogniser = (data, row) => {
  const head = readAppHead(data);
  if (head === null) return null;
  const { header, description } = head;
  const likely = header.segmentCount > 0 && header.segmentCount <= MAX_SEGMENTS && header.chip.name !== null;
  // A single magic byte is weak evidence: outside app partitions, more must fit.
  if (!likely && (row.type !== TYPE_APP || description === null)) return null;
  const says =
    description !== null
      ? appSays(header, description)
      : header.chip.id === null
        ? `An image for ${chipWords(header)}.`
        : `An image for ${chipWords(header)} without a description: an app or a bootloader.`;
  return { kind: 'app', head, says };
};

const nvs: Recogniser = (data, row) => {
  const counts = countNvs(data);
  if (counts === null) return null;
  const { active, full, freeing, corrupt } = counts.pages;
  const damaged = corrupt > 0 ? `, ${count(corrupt, 'page')} damaged` : '';
  const part = data.length < row.size ? ` (in the first ${bytes(data.length)})` : '';
  const used = count(active + full + freeing, 'page');
  return {
    kind: 'nvs',
    counts,
    says: `Settings (NVS): ${entryWords(counts.entriesWritten)} in ${used}${damaged}${part}.`,
  };
};

const littlefs: Recogniser = (data, row) => {
  const superblock = superblockOfHead(data, row.size);
  if (superblock === null) return null;
  const size =
    superblock === 'lost' || superblock.blockCount === 0 ? null : superblock.blockSize * superblock.blockCount;
  const says =
    size === null
      ? 'A LittleFS file system.'
      : size > row.size
        ? `A LittleFS file system of ${bytes(size)}, which is more than the partition’s ${bytes(row.size)}.`
        : `A LittleFS file system of ${bytes(size)}.`;
  return { kind: 'littlefs', size, says };
};

const SPIFFS_SAYS: Readonly<Record<Certainty, string>> = {
  sure: 'A SPIFFS file system.',
  likely: 'Most likely a SPIFFS file system.',
  possible: 'Perhaps a SPIFFS file system.',
};

const spiffs: Recogniser = (data, row) => {
  const certainty = certaintyOfHead(data, row.size);
  return certainty && { kind: 'spiffs', certainty, says: SPIFFS_SAYS[certainty] };
};

const fat: Recogniser = (data, row) => {
  const found = fatOfHead(data, row.size);
  if (found === null) return null;
  const { geometry, levelled } = found;
  return fatContents(geometry.sectorSize, levelled);
};

function fatContents(sectorSize: number, levelled: boolean): Contents {
  const how = levelled ? ', with wear levelling' : '';
  return { kind: 'fat', levelled, says: `A FAT file system, sectors of ${bytes(sectorSize)}${how}.` };
}

const phy: Recogniser = (data) =>
  holdsAt(data, 0, ascii('PHYINIT')) ? { kind: 'phy', says: 'Radio calibration data.' } : null;

/** Why the bootloader does not use the other record. */
function passedOver(record: OtaRecord): string {
  if (record.defects[0] === 'unwritten') return 'it is blank';
  const why = record.usable ? 'its sequence number is not higher' : defectWords(record);
  return `${why} (sequence number ${record.seq}, state ${record.stateName})`;
}

/** What the two records of otadata say; each begins its own erase unit. */
export function otadataContents(first: Uint8Array, second: Uint8Array): Contents {
  const records: [OtaRecord, OtaRecord] = [readRecord(first), readRecord(second)];
  const active = activeRecord(records);
  const says =
    active === null
      ? records.every((record) => record.defects[0] === 'unwritten')
        ? 'Both otadata entries are blank: no app slot was selected yet.'
        : 'Neither of the two otadata entries is valid.'
      : `Entry ${active + 1} is used: sequence number ${records[active].seq}, state ${records[active].stateWords}, CRC correct. ` +
        `Entry ${2 - active} is not: ${passedOver(records[active === 0 ? 1 : 0])}.`;
  return { kind: 'otadata', records, active, says };
}

const otadata: Recogniser = (data, row) =>
  isData(row, DATA.ota)
    ? otadataContents(data.subarray(0, RECORD_SIZE), data.subarray(RECORD_DISTANCE, RECORD_DISTANCE + RECORD_SIZE))
    : null;

const nvsKeys: Recogniser = (data, row) => {
  if (!isData(row, DATA.nvsKeys) || readKeyPartition(data).kind !== 'keys') return null;
  return { kind: 'nvs-keys', says: 'NVS encryption keys.' };
};

const coredump: Recogniser = (data, row) => {
  if (!isData(row, DATA.coredump)) return null;
  const header = readHeader(data);
  if (header === null || header.size > row.size) return null;
  const { size, chip } = header;
  const says = `A crash report (core dump) of ${bytes(size)} from ${chip.name}.`;
  return { kind: 'coredump', size, chip: chip.name, says };
};

const ENTROPY_SAMPLE = 0x1000;
const ENTROPY_LEAST_SAMPLE = 0x400;

/** Entropy in bits per byte, 0 to 8. */
function entropy(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of data) counts[byte] = (counts[byte] ?? 0) + 1;
  return counts.reduce((sum, n) => (n === 0 ? sum : sum - (n / data.length) * Math.log2(n / data.length)), 0);
}

const encrypted: Recogniser = (data) => {
  const sample = data.subarray(0, ENTROPY_SAMPLE);
  if (sample.length < ENTROPY_LEAST_SAMPLE) return null;
  // In a sample of n random bytes, entropy falls short of 8 bits by about 255 / (2 n ln 2): 7.95 for 4 KiB, 7.82 for 1 KiB.
  const expected = 8 - 255 / (2 * sample.length * Math.LN2);
  if (entropy(sample) < expected - 0.06) return null;
  return { kind: 'encrypted-looking', says: 'Looks encrypted or compressed.' };
};

// Formats with a magic come first, then those that need the partition's type to be plausible, then guesses.
const RECOGNISERS: readonly Recogniser[] = [
  otadata,
  blank,
  zeros,
  littlefs,
  nvs,
  fat,
  phy,
  nvsKeys,
  coredump,
  app,
  spiffs,
  encrypted,
];

/**
 * Recognises what a partition holds from its first bytes: 8 KiB are enough for every kind, more count more NVS pages.
 * Never throws: unrecognised data is `unknown`, and no bytes at all are `unread`.
 */
export function recognise(data: Uint8Array, row: ContentsRow): Contents {
  if (data.length === 0) return { kind: 'unread', says: 'Not read.' };
  for (const recogniser of RECOGNISERS) {
    const contents = recogniser(data, row);
    if (contents !== null) return contents;
  }
  return { kind: 'unknown', says: 'Unrecognised data.' };
}

/**
 * The same where more than the first bytes can be read: behind wear levelling, a FAT that has been in use begins anywhere, and its
 * state tells where. Rejects as the reads of `partition` do.
 */
export async function recogniseIn(partition: PartitionBytes, row: ContentsRow, head: Uint8Array): Promise<Contents> {
  const contents = recognise(head, row);
  if (contents.kind === 'fat' || fileSystemOf(row) !== 'fat') return contents;
  const located = await locate(partition);
  if (located === null || located.volume === null) return contents;
  return fatContents(located.geometry.sectorSize, located.wl !== null);
}

/** What a partition holds in a few words for a title: `raft-demo 1.4.0`. */
export function briefOf(contents: Contents): string {
  switch (contents.kind) {
    case 'app': {
      const { description } = contents.head;
      return description === null ? 'an app' : appName(description);
    }
    case 'nvs':
      return 'settings';
    case 'littlefs':
      return 'LittleFS';
    case 'spiffs':
      return 'SPIFFS';
    case 'fat':
      return 'FAT';
    case 'coredump':
      return 'a core dump';
    case 'nvs-keys':
      return 'keys';
    case 'phy':
      return 'calibration';
    case 'encrypted-looking':
      return 'encrypted or compressed data';
    case 'blank':
      return contents.brief;
    case 'zeros':
    case 'otadata':
      return contents.kind;
    case 'unread':
      return 'not read';
    case 'unknown':
      return 'data';
  }
}

/** Whether the firmware mounts it only in a partition of just this size: SPIFFS, and FAT behind wear levelling. */
export function isTiedToSize(contents: Contents): boolean {
  return contents.kind === 'spiffs' || (contents.kind === 'fat' && contents.levelled);
}

/** Bytes examined: one less than a SPIFFS block, because random data sometimes contains its 16-bit mark. */
const SAMPLE = 0xfff;

/** Whether the first bytes look encrypted, read as a partition type that neither projects nor ESP-IDF use. */
export function isNoise(data: Uint8Array): boolean {
  return (
    recognise(data.subarray(0, SAMPLE), { type: 0xff, subtype: 0xff, size: SAMPLE + 1 }).kind === 'encrypted-looking'
  );
}

/** Reads an Espressif board: bootloader, partition table, otadata, and what each partition and gap holds. */
import { count } from '../../flash/english.ts';
import type { Cancel } from '../../flash/failure.ts';
import type { Content } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import type { Finding } from '../../flash/finding.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { regionOf, regionSize } from '../../flash/map.ts';
import type { Identity, OnProgress } from '../../flash/target.ts';
import type { AppDescription, AppHead } from '../../formats/app-header.ts';
import { APP_HEAD_SIZE, readAppHead, readBootloaderIdf, imageLength } from '../../formats/app-header.ts';
import { appName, appSays, bootloaderSays, chipWords } from '../../formats/words.ts';
import { isFilledWith, joinBytes } from '../../formats/binary.ts';
import { HASHES, md5Hex } from '../../formats/hashes.ts';
import { bootloaderOffset } from '../../formats/chip-ids.ts';
import { DEFAULT_TABLE, MOVED_TABLES, TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { isBare } from './bare-chip.ts';
import type { Read } from './counted-reads.ts';
import { countedReads } from './counted-reads.ts';
import { assess } from './assess.ts';
import { briefOf, isNoise, isTiedToSize, otadataContents, recogniseIn } from '../contents/contents.ts';
import type { EspDevice } from '../loader/device.ts';
import { gapContent, gapsBetween } from '../partitions/gaps.ts';
import { sizeReaching } from '../boot/bootloader-header.ts';
import type { BootloaderPlace, EspInspection } from './inspection.ts';
import { layoutOf } from '../partitions/layout.ts';
import { isCiphered } from '../contents/nvs/cipher.ts';
import { pagesInUse, usedPages } from '../contents/nvs/count.ts';
import { RECORD_DISTANCE, RECORD_SIZE } from '../boot/otadata.ts';
import { LARGEST_APP_PARTITION } from '../boot/prediction.ts';
import type { TableReading, TableRow } from '../partitions/table.ts';
import { oneByteFix } from '../partitions/one-byte.ts';
import { readTable } from '../partitions/table.ts';
import { APP, DATA, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from './read-access.ts';

/** NVS pages are counted, so NVS partitions are read completely up to this size in bytes. */
const SETTINGS_LIMIT = 0x20000;
/** Subtypes of data whose content begins at the start. NVS and a worn FAT begin anywhere. */
const AT_START: ReadonlySet<number> = new Set([
  DATA.ota,
  DATA.phy,
  DATA.coredump,
  DATA.nvsKeys,
  DATA.efuse,
  DATA.esphttpd,
  DATA.spiffs,
  DATA.littlefs,
  DATA.teeOta,
]);

/** What a glance reads of an app: its header and its description, in bytes. */
const GLANCE = 0x400;
const NOT_READ_YET = 'Not read yet.';

/** Reads a board. `onSay` receives a progress message for each step. Throws only the target's `Failure`s. */
export function inspectEsp(
  target: EspDevice,
  cancel: Cancel,
  onSay: (words: string) => void,
  before?: Layout,
  onProgress?: OnProgress,
): Promise<EspInspection> {
  return inspected(target, cancel, onSay, 'whole', before, onProgress);
}

/**
 * Reads no more of a board than who it is, its protection, its table, otadata and the headers of its apps: at most 16 KiB with two
 * app slots. Everything else is `unread`. Otherwise as `inspectEsp`.
 */
export function glanceEsp(target: EspDevice, cancel: Cancel, onSay: (words: string) => void): Promise<EspInspection> {
  return inspected(target, cancel, onSay, 'glance');
}

async function inspected(
  target: EspDevice,
  cancel: Cancel,
  onSay: (words: string) => void,
  depth: 'glance' | 'whole',
  before?: Layout,
  onProgress?: OnProgress,
): Promise<EspInspection> {
  const identity = await target.identify();
  const map = await target.readMap();
  const flashSize = regionSize(regionOf(map, REGION));
  const { security } = target;
  const readable = target.read !== undefined;
  const barrier = readBarrierOf({ readable, security });
  const { read, readExpected, expect, end } = countedReads(target, {
    flashSize,
    cancel,
    ...(onProgress !== undefined && { onProgress }),
  });

  const address = bootloaderOffset(identity.chip) ?? UNIT;
  const facts = {
    flashSize,
    sizeKnown: target.flashSize !== null,
    mode: target.mode,
    connection: target.connection,
    withoutStub: target.withoutStub,
    readable,
    security,
    chosen: {},
    examined: new Map<number, readonly Finding[]>(),
    incomplete: new Set<number>(),
    verified: new Set<number>(),
  };
  if (isBare(identity)) return bare({ identity, map, address: 0 }, { ...facts, plainBootloader: false });
  if (barrier !== null) {
    // The bootloader's address still shows whether a plain one was written over ciphertext.
    const head = readAppHead(await read(address, UNIT));
    return unreadBoard({ identity, map, address }, { ...facts, plainBootloader: isBootable(head, identity) });
  }

  onSay('Reading the bootloader and the partition table');
  const start = await read(address, UNIT);
  const head = readAppHead(start);
  const instead = head && notBootloader(head, identity);
  const headerSize = instead === null ? (head?.header.flashSize.bytes ?? null) : null;
  const own = { chip: identity.chip, flashSize: target.flashSize === null ? null : flashSize, security };
  const headerReaching = (end: number) => sizeReaching(end, own);
  const limits = { flashSize, ...(headerSize !== null && { headerSize, headerReaching }) };
  const { data: ofTable, ...found } = await findTable(read, limits);
  // Up to a fifth of a second for a table with more than one changed byte: not before the first screen.
  const fix = depth === 'glance' ? null : oneByteFix(ofTable, found.reading, placeOf(found.address), HASHES);
  const table = { ...found, ...(fix !== null && { fix }) };
  const bootloader: BootloaderPlace =
    head === null
      ? { address, holds: isBlank(start) ? 'blank' : 'something else', header: null, data: null }
      : instead !== null
        ? { address, holds: 'other image', instead, header: null, data: null }
        : {
            address,
            holds: 'image',
            header: head.header,
            data: depth === 'glance' ? null : await readImage(start, address, table.address - address, read),
          };
  const { rows } = table.reading;

  if (depth === 'whole') onSay('Reading each partition');
  const contents: Content[] = [
    bootloaderContent({ region: REGION, address, size: table.address - address }, bootloader, head, start),
    { region: REGION, address: table.address, size: TABLE_SPACE, ...tableContent(table.reading) },
  ];
  // Without a table nobody knows how much there is.
  if (rows.length > 0) expect(sizeToRead(rows, contents, flashSize));
  const apps = new Map<number, AppDescription>();
  const loads = new Set<number>();
  let otadata: EspInspection['esp']['otadata'] = null;
  for (const row of rows.length === 0 ? rowsBefore(before, table.address) : rows) {
    cancel.check();
    if (row.offset >= flashSize) continue;
    const range = { region: REGION, address: row.offset, size: row.size };
    if (depth === 'glance' && row.type !== TYPE_APP) {
      if (isOtadata(row)) {
        const records = [
          await read(row.offset, RECORD_SIZE),
          await read(row.offset + RECORD_DISTANCE, RECORD_SIZE),
        ] as const;
        otadata = { row, records };
        const content = otadataContents(...records);
        contents.push({ ...range, kind: content.kind, says: content.says, brief: briefOf(content) });
      } else contents.push({ ...range, kind: 'unread', says: NOT_READ_YET });
      continue;
    }
    const data = await readExpected(row.offset, Math.min(row.size, depth === 'glance' ? GLANCE : headSize(row)));
    const partition = { size: row.size, read: (offset: number, size: number) => read(row.offset + offset, size) };
    const content = await recogniseIn(partition, row, data);
    const { kind, says } = content;
    const tied = isTiedToSize(content) && ({ tiedToSize: true } as const);
    const used =
      kind === 'nvs' && data.length === row.size
        ? {
            usedBytes: usedPages(data),
            usedUnits: pagesInUse(data),
            ...(isCiphered(data) && { tiedToPlace: true as const }),
          }
        : kind === 'app' && {
            digest: md5Hex(data.subarray(0, GLANCE)),
            ...(depth === 'whole' && {
              usedBytes: await imageLength(row.offset, row.size, known(row.offset, data, read)),
            }),
          };
    const partly = kind === 'blank' &&
      data.length < row.size && {
        blankIn: [{ from: 0, size: data.length }],
        ...(mayBeginLater(row) && { partly: true as const }),
      };
    if (rows.length > 0) contents.push({ ...range, kind, says, brief: briefOf(content), ...partly, ...tied, ...used });
    if (row.type === TYPE_APP && content.kind === 'app') {
      const { header, description } = content.head;
      if (header.chip.name === identity.chip && row.size <= LARGEST_APP_PARTITION) loads.add(row.offset);
      if (description !== null) apps.set(row.offset, description);
    }
    if (isOtadata(row)) {
      // The bootloader uses the last one in the table.
      otadata = { row, records: [data.subarray(0, UNIT), data.subarray(RECORD_DISTANCE)] };
    }
  }
  for (const gap of gapsBetween(contents, flashSize)) {
    cancel.check();
    contents.push(gapContent(gap, await readExpected(gap.address, depth === 'glance' ? 0 : Math.min(gap.size, UNIT))));
  }
  const looksEncrypted = rows.length === 0 && isNoise(start) && isNoise(await read(table.address, UNIT));
  end();
  const layout = layoutOf({ map, rows, bootloader: address, table: table.address, encrypts: false });
  const base = { identity, layout, contents: contents.toSorted((x, y) => x.address - y.address) };
  return assess(base, {
    ...facts,
    bootloader,
    headerSize,
    table,
    otadata,
    apps,
    loads,
    looksEncrypted,
    plainBootloader: false,
  });
}

interface UnreadBoard {
  readonly identity: Identity;
  readonly map: FlashMap;
  readonly address: number;
}

type Facts = Pick<
  EspInspection['esp'],
  | 'flashSize'
  | 'sizeKnown'
  | 'mode'
  | 'connection'
  | 'withoutStub'
  | 'readable'
  | 'security'
  | 'chosen'
  | 'examined'
  | 'incomplete'
  | 'verified'
  | 'plainBootloader'
>;

/** A board that cannot be read: its layout can only come from a partition table among the files. */
function unreadBoard({ identity, map, address }: UnreadBoard, facts: Facts): EspInspection {
  const encrypts = facts.security.encryption.on === true;
  const layout = layoutOf({ map, rows: [], bootloader: address, table: DEFAULT_TABLE, encrypts });
  return assess({ identity, layout, contents: [] }, { ...facts, ...unread(address) });
}

/** A board whose chip has no bootloader and no partition table. */
function bare({ identity, map, address }: UnreadBoard, facts: Facts): EspInspection {
  const layout = { map, partitions: [], guards: [], ciphered: [] };
  return assess({ identity, layout, contents: [] }, { ...facts, ...unread(address) });
}

/** The facts about bootloader, table and apps if none of them was read. */
function unread(address: number) {
  const md5 = { state: 'absent', stored: null, computed: '' } as const;
  const reading: TableReading = { state: 'unseen', rows: [], md5, end: 'missing', accepted: false, findings: [] };
  return {
    bootloader: { address, holds: 'unseen', header: null, data: null } as const,
    headerSize: null,
    table: { address: DEFAULT_TABLE, reading },
    otadata: null,
    apps: new Map<number, AppDescription>(),
    loads: new Set<number>(),
    looksEncrypted: false,
  };
}

/** Whether this is an unencrypted bootloader: ciphertext is very unlikely to contain this chip’s id. */
function isBootable(head: AppHead | null, { chip }: Identity): boolean {
  return head !== null && head.header.chip.name === chip && head.header.flashSize.bytes !== null;
}

/** Reads what is not among the bytes read already, `start` from `address` on. */
function known(address: number, start: Uint8Array, read: Read): Read {
  return async (at, size) =>
    at + size <= address + start.length ? start.subarray(at - address, at - address + size) : read(at, size);
}

/** The complete image, up to `room` bytes; `start` is the part already read. */
async function readImage(start: Uint8Array, address: number, room: number, read: Read): Promise<Uint8Array> {
  const length = await imageLength(address, room, known(address, start, read));
  if (length <= start.length) return start.subarray(0, length);
  return joinBytes([start, await read(address + start.length, length - start.length)]);
}

function placeOf(address: number) {
  return { region: REGION, address };
}

type Limits = NonNullable<Parameters<typeof readTable>[3]>;

/** The partition table of a flash with its bytes: at the usual address, else the first sound one where a moved table may be. */
export async function findTable(read: Read, limits: Limits) {
  const at = async (address: number) => {
    const data = await read(address, UNIT);
    return { address, data, reading: readTable(data, placeOf(address), HASHES, limits) };
  };
  const usual = await at(DEFAULT_TABLE);
  if (usual.reading.rows.length > 0) return usual;
  for (const address of MOVED_TABLES) {
    // Two bytes would do, but an erase unit is the cheapest read for the loader.
    const other = await at(address);
    if (other.reading.rows.length > 0 && other.reading.md5.state === 'right') return other;
  }
  return usual;
}

function isBlank(data: Uint8Array): boolean {
  return data.length > 0 && isFilledWith(data, 0xff);
}

/** What an image in the bootloader's place is, if it is no bootloader for this chip; null if it may be one. */
function notBootloader({ header, description }: AppHead, { chip }: Identity): string | null {
  if (description !== null) return `an app, ${appName(description)}`;
  if (header.chip.name === null || header.chip.name === chip) return null;
  return header.chip.id === null ? `an image for ${chipWords(header)}` : `a bootloader for ${chipWords(header)}`;
}

/** `start` is the first erase unit of the place. */
function bootloaderContent(range: Range, place: BootloaderPlace, head: AppHead | null, start: Uint8Array): Content {
  const blankIn = [{ from: 0, size: UNIT }];
  return place.holds === 'blank'
    ? { ...range, kind: 'blank', says: `Blank (erased) in its first ${bytes(UNIT)}: no bootloader.`, blankIn }
    : { ...range, ...bootloaderWords(place, head, start) };
}

function bootloaderWords(
  place: BootloaderPlace,
  head: AppHead | null,
  start: Uint8Array,
): Pick<Content, 'kind' | 'says'> {
  if (head === null || place.holds === 'something else')
    return { kind: 'unknown', says: 'No bootloader: contains other data.' };
  const { header, description } = head;
  if (description !== null)
    return { kind: 'unknown', says: `No bootloader, but an app. ${appSays(header, description)}` };
  if (header.chip.id === null) return { kind: 'unknown', says: `No bootloader. An image for ${chipWords(header)}.` };
  const says = bootloaderSays(header, readBootloaderIdf(start));
  if (place.header === null) return { kind: 'unknown', says: `No bootloader for this chip. ${says}` };
  const { spiMode, frequency } = header;
  const how = [spiMode.name, frequency.mhz === null ? null : `${frequency.mhz} MHz`].filter((word) => word !== null);
  return { kind: 'bootloader', says: how.length === 0 ? says : `${says} Its header says ${how.join(', ')}.` };
}

function tableContent({ state, rows, md5, end }: TableReading): Pick<Content, 'kind' | 'says'> {
  if (state === 'blank') return { kind: 'blank', says: 'Blank (erased): no partition table.' };
  if (state === 'none') return { kind: 'unknown', says: 'No partition table: contains other data.' };
  const partitions = count(rows.length, 'partition');
  const sum = { right: 'its MD5 is correct', wrong: 'its MD5 is wrong', absent: 'without an MD5' }[md5.state];
  const says =
    end === 'missing'
      ? `Damaged: ${partitions}, then neither a partition nor the end marker.`
      : `${partitions}, ${sum}.`;
  return { kind: 'partition table', says };
}

/**
 * Whether content of a partition may begin behind its first two erase units: an app and a core dump begin at the start, LittleFS
 * has its superblock in one of these units, and SPIFFS a mark. Wear levelling moves FAT along, NVS uses any of its pages, and
 * what a firmware keeps in a partition of a kind of its own may begin anywhere.
 */
function mayBeginLater({ type, subtype }: TableRow): boolean {
  return type !== TYPE_APP && !(type === TYPE_DATA && AT_START.has(subtype));
}

function isOtadata({ type, subtype }: TableRow): boolean {
  return type === TYPE_DATA && subtype === DATA.ota;
}

function headSize(row: TableRow): number {
  if (row.type === TYPE_APP) return Math.ceil(APP_HEAD_SIZE / UNIT) * UNIT;
  if (row.type === TYPE_DATA && row.subtype === DATA.nvs) return SETTINGS_LIMIT;
  return 2 * UNIT;
}

/** What is read of each partition, and of each gap between them and the places `beside` them, in bytes. */
function sizeToRead(rows: readonly TableRow[], beside: readonly Range[], flashSize: number): number {
  const inside = rows.filter(({ offset }) => offset < flashSize);
  const heads = inside.map((row) => Math.min(row.size, headSize(row), flashSize - row.offset));
  const places = inside.map(({ offset, size }) => ({ region: REGION, address: offset, size }));
  const gaps = gapsBetween([...beside, ...places], flashSize).map(({ size }) => Math.min(size, UNIT));
  return [...heads, ...gaps].reduce((sum, size) => sum + size, 0);
}

/** The apps and the boot selection of a layout that the flash no longer describes, as rows of its table. */
function rowsBefore(before: Layout | undefined, address: number): TableRow[] {
  const flags = { encrypted: false, readonly: false, otherFlags: 0, address };
  return (before?.partitions ?? []).flatMap(({ name, role, address: offset, size }): TableRow[] => {
    if (role === 'app') return [{ name, type: TYPE_APP, subtype: APP.ota0, offset, size, ...flags }];
    return role === 'boot-choice' ? [{ name, type: TYPE_DATA, subtype: DATA.ota, offset, size, ...flags }] : [];
  });
}

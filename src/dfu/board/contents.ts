/** What the places of a board hold: recognised by their first bytes, described as partitions or sector by sector, and diagnosed. */
import type { Content } from '../../flash/family.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { contains, erasedByteOf, regionOf, unitsTouching } from '../../flash/map.ts';
import { contentBrief, contentSays } from './boot.ts';
import type { DfuInspection, UnitContent } from './inspection.ts';
import { keyOf } from './inspection.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { entryAtFlashStart, entryOf } from '../../formats/vector-table.ts';
import type { BoardProfile } from './profile.ts';
import { readExtensionHead } from '../particle/extension.ts';
import { moduleLength } from '../particle/module.ts';
import { HEAD_BYTES, readModuleHead, passesUserCheck } from '../particle/module-head.ts';
import type { Check, Diagnosis } from '../../flash/diagnosis.ts';
import { diagnosisOf } from '../../flash/diagnosis.ts';

/** Where bytes are that are to be recognised. */
export interface RecogniseParts {
  /** The value of an erased byte there. */
  readonly erased: number;
  readonly profile: BoardProfile | null;
  /** Whether the flash begins there. */
  readonly isFlashStart: boolean;
}

/** What `recognise` needs to know of a place on a board. */
export function placeParts(map: FlashMap, profile: BoardProfile | null, place: Omit<Range, 'size'>): RecogniseParts {
  const [first] = map.regions;
  const isFlashStart = place.region === first?.id && place.address === first.start;
  return { erased: erasedByteOf(map, place.region), profile, isFlashStart };
}

/** What starts with these bytes, which need not be all of it. Checks no checksum. */
export function recognise(data: Uint8Array, { erased, profile, isFlashStart }: RecogniseParts): UnitContent {
  if (data.length === 0) return { kind: 'unread', passes: false };
  const plan = profile?.modules ?? null;
  const passes = plan !== null && passesUserCheck(data, plan.user.address, plan.platform);
  // Only Particle's firmware has a header after its vector table: the same bytes of another program are code.
  const entry = isFlashStart ? entryAtFlashStart(data) : entryOf(data);
  const plain = profile?.modular !== true && entry !== null;
  const head = plain ? null : readModuleHead(data);
  const digest = () => md5Hex(data.subarray(0, HEAD_BYTES));
  if (head !== null) return { kind: 'module', head, digest: digest(), passes, entry, sound: null };
  const extension = readExtensionHead(data);
  if (extension !== null) return { kind: 'extension', head: extension, passes: false, sound: null };
  if (isFilledWith(data, erased)) return { kind: 'blank', passes: false };
  return entry === null ? { kind: 'data', passes } : { kind: 'program', passes, entry };
}

/** What was read; `recognise` is the number of bytes that were looked at in each place, `blank` what was read whole and is blank. */
export interface ReadContents {
  readonly dfu: Pick<DfuInspection['dfu'], 'settings' | 'content' | 'units' | 'profile'>;
  readonly recognise: number;
  readonly blank?: readonly Range[];
}

/** How many bytes of a place were looked at, and how many it has. */
export function extentRead(place: Range, { recognise, blank = [] }: Omit<ReadContents, 'dfu'>): Extent {
  const { size } = place;
  return { read: blank.some((own) => contains(own, place)) ? size : Math.min(recognise, size), size };
}

interface Extent {
  readonly read: number;
  readonly size: number;
}

/** The content of each partition that was looked at, in the order of the layout. */
export function contentsOf(layout: Layout, looked: ReadContents): Content[] {
  return layout.partitions.flatMap((partition) => {
    const found = looked.dfu.content.get(keyOf(looked.dfu.settings, partition));
    if (found === undefined) return [];
    const { region, address, size } = partition;
    const words = { says: partitionSays(partition, found, layout, looked), ...contentBrief(found) };
    const own = { ...words, ...digestOf(found), ...blankIn(found, [partition], looked) };
    const whole = { region, address, size, kind: found.kind, ...own };
    const pieces = piecesOf(partition, found, layout, looked);
    return pieces.length > 1 ? pieces : [whole];
  });
}

/** What a partition holds, as one sentence. What its place says that it is for is no riddle, although only firmware can read it. */
function partitionSays(partition: Partition, found: UnitContent, layout: Layout, looked: ReadContents): string {
  const before = found.kind === 'data' ? goesOnInto(partition, layout, looked) : undefined;
  if (before !== undefined) return `More of the module that begins in ${before.name}.`;
  const isFirmwares = partition.role === 'settings' || (partition.role === 'data' && looked.dfu.profile !== null);
  if (found.kind === 'data' && isFirmwares) return 'Not blank; only the firmware can read it.';
  return contentSays(found, extentRead(partition, looked));
}

/** The partition whose module is so long that it goes on into this one; undefined if there is none. */
function goesOnInto({ region, address }: Range, { partitions }: Layout, { dfu }: ReadContents): Partition | undefined {
  return partitions.find((own) => {
    const found = dfu.content.get(keyOf(dfu.settings, own));
    if (found?.kind !== 'module' || found.head.start !== own.address || own.region !== region) return false;
    return own.address < address && own.address + moduleLength(found.head) > address;
  });
}

/** A partition unit by unit, adjacent blank or unrecognised units joined; empty if its units were not looked at. */
function piecesOf(partition: Partition, found: UnitContent, layout: Layout, looked: ReadContents): Content[] {
  const { region, address, size } = partition;
  const { dfu } = looked;
  const pieces: { at: number; size: number; content: UnitContent; units: Range[] }[] = [];
  for (const unit of unitsTouching(regionOf(layout.map, region), address, size)) {
    const content = unit.address === address ? found : dfu.units.get(keyOf(dfu.settings, unit));
    if (content === undefined) return [];
    const last = pieces.at(-1);
    if (last?.content.kind === content.kind && (content.kind === 'blank' || content.kind === 'data')) {
      last.size += unit.size;
      last.units.push(unit);
    } else pieces.push({ at: unit.address, size: unit.size, content, units: [unit] });
  }
  return pieces.map((piece, i) => {
    const before = pieces[i - 1]?.content.kind;
    const { content, units } = piece;
    const place = { region, address: piece.at, size: piece.size };
    const says =
      content.kind === 'blank' && units.length > 1
        ? `${units.length} sectors, blank (erased) at their start.`
        : content.kind === 'data' && (before === 'program' || before === 'module')
          ? 'More of it, or unrecognised data.'
          : contentSays(content, extentRead(place, looked));
    const own = { ...contentBrief(content), ...digestOf(content), ...blankIn(content, units, looked) };
    return { ...place, kind: content.kind, says, ...own };
  });
}

/** What was read of blank places, where that is not all of them. */
function blankIn(content: UnitContent, places: readonly Range[], looked: ReadContents): Pick<Content, 'blankIn'> {
  if (content.kind !== 'blank') return {};
  const start = places[0]?.address ?? 0;
  const read = places.map((place) => ({ from: place.address - start, size: extentRead(place, looked).read }));
  return read.every(({ size }, i) => size === places[i]?.size) ? {} : { blankIn: read };
}

function digestOf(content: UnitContent): Pick<Content, 'digest'> {
  return content.kind === 'module' ? { digest: content.digest } : {};
}

/** The diagnosis of a board whose modules were read whole; `looked` is how much was read of everything else. */
export function diagnosisOfDfu(
  board: Pick<DfuInspection, 'layout' | 'boot' | 'findings' | 'dfu'>,
  looked: Omit<ReadContents, 'dfu'>,
): Diagnosis {
  const { layout, dfu } = board;
  const read = { ...looked, dfu };
  const checks = layout.partitions.flatMap((partition): Check[] => {
    const content = dfu.content.get(keyOf(dfu.settings, partition));
    if (content === undefined || partition.role === 'protected') return [];
    return [{ name: partition.name, state: stateOf(content), says: partitionSays(partition, content, layout, read) }];
  });
  return diagnosisOf(board, { checks });
}

function stateOf(content: Parameters<typeof contentSays>[0]): Check['state'] {
  if (content.kind === 'blank') return 'blank';
  // Programs and other data have no checksum.
  if (content.kind !== 'module' && content.kind !== 'extension') return 'unchecked';
  return content.sound === null ? 'unchecked' : content.sound ? 'whole' : 'damaged';
}

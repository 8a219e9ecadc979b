/** Reads what is on a board in DFU mode: its memories, and what each partition holds. */
import type { Cancel } from '../../flash/failure.ts';
import { Failure } from '../../flash/failure.ts';
import type { Finding } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { EraseUnit, FlashMap, Range, Region } from '../../flash/map.ts';
import { bare, overlaps, regionOf, unitsOf, sizeOf } from '../../flash/map.ts';
import type { Identity, OnProgress, Watch } from '../../flash/target.ts';
import type { DfuElement } from '../../formats/dfu-file.ts';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import type { DfuRead } from './assess.ts';
import { assess, readableRuns } from './assess.ts';
import { dfuFinding } from './findings.ts';
import { isReadRefused } from '../failures.ts';
import type { DfuDevice } from '../protocol/device.ts';
import { MOST_SINGLE } from '../arrange/sectors.ts';
import type { DfuInspection, ContentByPlace, UnitContent } from './inspection.ts';
import { keyOf, placeKey } from './inspection.ts';
import { layoutOf } from './layout.ts';
import { placeParts, recognise } from './contents.ts';
import type { BoardProfile } from './profile.ts';
import { profileOf } from './profile.ts';
import { readExtension } from '../particle/extension.ts';
import { HEAD_BYTES } from '../particle/module-head.ts';
import { moduleLength, readModule } from '../particle/module.ts';
import { HASHES } from '../../formats/hashes.ts';
import { PROFILES } from './profiles.ts';

/** An inspected board; `read` is what a second, closer look starts from. */
export type DfuBoard = DfuInspection & { readonly read: DfuRead };

/**
 * Reads a board: the start of every partition, and in full the user application and the one that may be restored over it,
 * because what starts depends on their CRCs. That is 256 KiB at most, about a second over full-speed USB. The system
 * firmware, half a megabyte more, is read whole only on request. `onProgress` hears of it from the start: what those two take at
 * most is known before how long they are.
 */
export async function inspectDfu(
  device: DfuDevice,
  cancel: Cancel,
  onSay: (words: string) => void,
  _before?: Layout,
  onProgress?: OnProgress,
): Promise<DfuBoard> {
  const identity = await device.identify();
  const map = await device.readMap();
  const { vendorId, productId, settings, quirks, transferSize, readProtected, unlockMs } = device.dfu;
  const first = settings.find(({ number }) => number === 0)?.memory;
  const regions = first?.kind === 'memory' ? first.regions : [];
  const profile = profileOf(PROFILES, { vendorId, productId, regions });
  const layout = layoutOf(map, settings, profile);

  onSay('Reading each partition');
  // A transfer costs the same however few bytes are asked for.
  const size = Math.max(HEAD_BYTES, transferSize);
  const plan = profile?.modules ?? null;
  const checked = [plan?.user ?? null, plan?.factory ?? null].flatMap((range) => range ?? []);
  const isReadable = ({ region, role }: Partition) =>
    device.read !== undefined && regionOf(map, region).access.read && role !== 'protected';
  const heads = [...layout.partitions.filter(isReadable), ...unitsToGlanceAt(device, layout, regions)];
  const most = heads.reduce((sum, head) => sum + Math.min(size, head.size), 0) + sizeOf(checked);
  let done = 0;
  const onRead = (bytes: number) => onProgress?.((done += bytes), most);
  onRead(0);
  const content = new Map<string, UnitContent>();
  // By region, with the reason.
  const unreadable = new Map<string, string>();
  for (const partition of layout.partitions) {
    cancel.check();
    const { region, address } = partition;
    const range = { region, address, size: Math.min(size, partition.size) };
    const readable = isReadable(partition);
    const data = readable && !unreadable.has(region) ? await readIfAllowed(device, range, { cancel }) : undefined;
    if (readable) onRead(range.size);
    if (data instanceof Failure) unreadable.set(region, data.facts.says);
    const seen = data instanceof Failure ? undefined : data;
    content.set(keyOf(settings, partition), recognise(seen ?? new Uint8Array(), placeParts(map, profile, partition)));
  }
  const closed: Finding[] = [];
  const units = await glanceAtUnits(
    device,
    layout,
    regions.filter(({ id }) => !unreadable.has(id)),
    size,
    cancel,
    (data, unit) => {
      onRead(Math.min(size, unit.size));
      if (data instanceof Failure) closed.push(unreadableFinding(`at ${hex(unit.address)}`, unit, data));
      const seen = data instanceof Failure ? new Uint8Array() : data;
      return [keyOf(settings, unit), recognise(seen, placeParts(map, profile, unit))];
    },
  );
  const usb = { vendorId, productId };
  const access = { readProtected, unlockMs };
  const dfu = { usb, settings, quirks, transferSize, ...access, profile, chosen: {}, content, units, examined: false };
  const more = map.regions.flatMap(({ id, name, start, runs }) => {
    const why = unreadable.get(id);
    if (why === undefined) return [];
    const range = { region: id, address: start, size: runs.reduce((sum, run) => sum + run.count * run.size, 0) };
    return [dfuFinding('memory-unreadable', { in: 'flash', range }, { name, why })];
  });
  more.push(...closed);
  const shown = withoutReading(map, unreadable);
  const read = { identity: namedAs(identity, profile), map: shown, dfu, recognise: size, more, readOut: null };
  const board = assess(read);
  if (profile === null || plan === null) return board;
  onSay('Checking the application');
  const starts = checked.map(placeKey);
  const isWanted = (key: string) => content.get(key)?.passes === true && starts.includes(key);
  const total = done + bytesToCheck(board, isWanted);
  return checkWhole(device, board, isWanted, { cancel, onBytes: (bytes) => onProgress?.(done + bytes, total) });
}

/** How many bytes it takes to check these partitions. */
function bytesToCheck({ dfu, layout }: DfuBoard, wanted: (key: string) => boolean): number {
  return layout.partitions.reduce((sum, partition) => {
    const key = keyOf(dfu.settings, partition);
    const here = dfu.content.get(key);
    return sum + (here === undefined || !wanted(key) ? 0 : lengthOf(here));
  }, 0);
}

/** How often a memory is asked for before it counts as one that cannot be read: noise on the line refuses a read once. */
const READS = 2;

/** What is read, or the failure of a device that refuses to read this and still answers. Throws every other failure. */
async function readIfAllowed(device: DfuDevice, range: Range, watch: Watch): Promise<Uint8Array | Failure | undefined> {
  for (let left = READS - 1; ; left--) {
    try {
      return await device.read?.(range, watch);
    } catch (error) {
      if (!isReadRefused(error)) throw error;
      if (left === 0) return error;
    }
  }
}

/** The map with the rights that were found: none of these regions can be read, whatever the memory string says. */
function withoutReading({ regions }: FlashMap, unreadable: ReadonlyMap<string, string>): FlashMap {
  return {
    regions: regions.map((region) =>
      unreadable.has(region.id) ? { ...region, access: { ...region.access, read: false } } : region,
    ),
  };
}

/** The erase units of the first memory of which the starts are read; none if partitions divide that memory or it has too many. */
function unitsToGlanceAt(device: DfuDevice, { partitions }: Layout, regions: readonly Region[]): readonly EraseUnit[] {
  const named = partitions.filter(({ region }) => regions.some(({ id }) => id === region));
  const units = regions.filter(({ access }) => access.read).flatMap(unitsOf);
  return device.read === undefined || named.length > regions.length || units.length > MOST_SINGLE ? [] : units;
}

/** What each of these units starts with. */
async function glanceAtUnits(
  device: DfuDevice,
  layout: Layout,
  regions: readonly Region[],
  size: number,
  cancel: Cancel,
  look: (data: Uint8Array | Failure, unit: EraseUnit) => readonly [key: string, content: UnitContent],
): Promise<ContentByPlace> {
  const seen = new Map<string, UnitContent>();
  for (const unit of unitsToGlanceAt(device, layout, regions)) {
    cancel.check();
    const data = await readIfAllowed(device, { ...unit, size: Math.min(size, unit.size) }, { cancel });
    if (data !== undefined) seen.set(...look(data, unit));
  }
  return seen;
}

/** The identity under the name in the profile; the name that the device gives itself becomes one of its facts. */
function namedAs(identity: Identity, profile: BoardProfile | null): Identity {
  if (profile === null) return identity;
  const [, maker = '', rest = ''] = /^([A-Z]+32)(.*)$/.exec(profile.name) ?? [];
  const chip =
    profile.unsure === null
      ? `${profile.name} (${profile.chip})`
      : maker === ''
        ? `may be ${profile.name}`
        : `${maker} (may be ${rest.trim()})`;
  // A file does not call itself anything.
  const own = identity.file === undefined ? [{ name: 'Calls itself', value: identity.chip }] : [];
  return { ...identity, chip, facts: [...own, ...identity.facts] };
}

/** The board with every module and every extension read whole and checked. */
export async function examineDfu(device: DfuDevice, board: DfuBoard, watch: Watch): Promise<DfuBoard> {
  const seen = await checkWhole(device, board, () => true, watch);
  return assess({ ...seen.read, dfu: { ...seen.dfu, examined: true } });
}

async function checkWhole(
  device: DfuDevice,
  board: DfuBoard,
  wanted: (key: string) => boolean,
  watch: Watch,
): Promise<DfuBoard> {
  const { dfu, layout } = board;
  const content = new Map(dfu.content);
  const more: Finding[] = [...board.read.more];
  let done = 0;
  for (const partition of layout.partitions) {
    const key = keyOf(dfu.settings, partition);
    const here = content.get(key);
    const size = here === undefined || !wanted(key) ? 0 : lengthOf(here);
    if (here === undefined || size === 0 || device.read === undefined) continue;
    watch.cancel.check();
    const range = { region: partition.region, address: partition.address, size };
    const before = done;
    // A module may be longer than its partition, but not longer than its region.
    if (!fits(board, range.region, range.address + size)) {
      content.set(key, { ...here, ...(isChecked(here) && { sound: false }) });
      continue;
    }
    const data = await readIfAllowed(device, range, { ...watch, onBytes: (bytes) => watch.onBytes?.(before + bytes) });
    done += size;
    if (data === undefined || data instanceof Failure) {
      if (data !== undefined) more.push(unreadableFinding(partition.name, range, data));
      continue;
    }
    const [checked, findings] = check(here, data, partition);
    content.set(key, checked);
    more.push(...findings);
  }
  return assess({ ...board.read, more, dfu: { ...dfu, content } });
}

/** The port's `checkKept` for boards in DFU mode: the module or extension in a partition, read whole and checked. */
export async function checkKeptDfu(
  board: DfuBoard,
  range: Range,
  { bytesOf }: Pick<DiagnosisReads, 'bytesOf'>,
): Promise<string | null> {
  const { dfu, layout, read } = board;
  const partition = partitionAt(layout, range);
  if (partition === undefined || partition.role === 'protected') return null;
  const data = await bytesOf(range).read(0, range.size);
  const here = recognise(data.subarray(0, read.recognise), placeParts(layout.map, dfu.profile, range));
  const size = lengthOf(here);
  // What goes on behind its partition is not all in the backup of it.
  if (size > data.length) return null;
  const [found, more] = size === 0 ? [here, []] : check(here, data.subarray(0, size), partition);
  const content = new Map(dfu.content).set(keyOf(dfu.settings, partition), found);
  const seen = assess({ ...read, more, dfu: { ...dfu, content } });
  const bad = seen.findings.find(({ verdict, place }) => {
    return verdict === 'problem' && place.in === 'flash' && overlaps(place.range, range);
  });
  return bad?.says ?? null;
}

/** Reads all of the first memory that can be written back, and offers it as a .dfu file for any DFU tool. */
export async function readOutDfu(device: DfuDevice, board: DfuBoard, watch: Watch): Promise<DfuBoard> {
  const { usb, settings, profile } = board.dfu;
  const own = settings.find(({ number }) => number === 0);
  const elements: DfuElement[] = [];
  const closed: Finding[] = [];
  let done = 0;
  for (const { region, address, size } of readableRuns(board)) {
    watch.cancel.check();
    const before = done;
    const onBytes = (bytes: number) => watch.onBytes?.(before + bytes);
    const data = await readIfAllowed(device, { region, address, size }, { ...watch, onBytes });
    if (data instanceof Failure) closed.push(unreadableFinding(`at ${hex(address)}`, { region, address, size }, data));
    else if (data !== undefined) elements.push({ address, data });
    done += size;
  }
  const name = own?.memory.kind === 'memory' ? own.memory.name : null;
  const of = readableRuns(board).map(bare);
  const file = writeDfuSe([{ alternate: 0, name, elements }], { ...usb, deviceVersion: null });
  const readOut = { name: `${profile?.id ?? 'board'}-flash.dfu`, label: 'the flash content as .dfu', data: file, of };
  return assess({ ...board.read, more: [...board.read.more, ...closed], readOut });
}

function unreadableFinding(name: string, { region, address, size }: Range, { facts: { says: why } }: Failure): Finding {
  return dfuFinding('memory-unreadable', { in: 'flash', range: { region, address, size } }, { name, why });
}

function isChecked(content: UnitContent): content is Extract<UnitContent, { sound: boolean | null }> {
  return content.kind === 'module' || content.kind === 'extension';
}

/** How many bytes have to be read for a check; 0 if there is nothing to check or it was checked before. */
function lengthOf(content: UnitContent): number {
  if (!isChecked(content) || content.sound !== null) return 0;
  return content.kind === 'module' ? moduleLength(content.head) : content.head.length;
}

function fits({ layout }: DfuInspection, id: string, end: number): boolean {
  const { start, runs } = regionOf(layout.map, id);
  return end <= start + runs.reduce((sum, run) => sum + run.count * run.size, 0);
}

function check(content: UnitContent, data: Uint8Array, partition: Partition): [UnitContent, readonly Finding[]] {
  const { region, address, size } = partition;
  const place = { in: 'flash', range: { region, address, size } } as const;
  if (content.kind === 'module') {
    const reading = readModule(data, HASHES, place);
    if (reading.kind === 'not-a-module') return [{ ...content, sound: false }, []];
    if (reading.kind !== 'module') return [{ ...content, sound: false }, reading.findings];
    const { sound, crc } = reading.module;
    return [{ ...content, sound, crc: crc.computed }, reading.findings];
  }
  if (content.kind === 'extension') {
    const reading = readExtension(data, place);
    if (reading.kind === 'not-an-extension') return [{ ...content, sound: false }, []];
    const sound = reading.kind === 'extension' && reading.extension.sound;
    return [{ ...content, sound }, reading.findings];
  }
  return [content, []];
}

/** The port's `noteBlank`: the board assessed again with what was read whole and is blank. */
export function noteBlankDfu(board: DfuBoard, blank: readonly Range[]): DfuBoard {
  return assess({ ...board.read, blank });
}

/** The board assessed again with the chosen settings. */
export function chooseDfu(board: DfuBoard, chosen: DfuInspection['dfu']['chosen']): DfuBoard {
  const { read, verified = [] } = board;
  return assess({ ...read, verified, dfu: { ...read.dfu, chosen } });
}

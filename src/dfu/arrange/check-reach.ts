/** Side effects of a write: what it overwrites, and what the board will erase later. */
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { imageWithin, segmentRange } from '../../flash/image.ts';
import type { Partition } from '../../flash/layout.ts';
import { touchedUnits } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, rangeEnd, bare } from '../../flash/map.ts';
import { contentAt } from '../board/boot.ts';
import { keyOf, onBoard } from '../board/inspection.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { ELF_MACHINE } from '../../formats/elf.ts';
import { entryAtFlashStart, readVectorTable } from '../../formats/vector-table.ts';
import type { BoardProfile, ModuleBoard } from '../board/profile.ts';
import type { DfuArranged } from './arrange.ts';
import type { DfuPlaced } from './placed.ts';
import { refuse } from './refusals.ts';
import { inFile, shown } from '../../formats/words.ts';
import { placeName } from './placed.ts';
import { passesUserCheck } from '../particle/module-head.ts';

/** All refusals and questions about side effects of the placements, which are known to fit. */
export function checkReach(arranged: DfuArranged): Refusal[] {
  const { placed, board } = arranged;
  const { profile } = board.dfu;
  const found = placed.flatMap((placement) => {
    const { segments } = placement;
    const foreign = checkForeign(placement);
    if (profile === null) return [...foreign, ...checkPlain(placement, segments, board)];
    return [
      ...foreign,
      ...checkErased(placement, segments, profile, board),
      ...(profile.modules === null
        ? checkPlain(placement, segments, board)
        : checkModuleBoard(placement, segments, profile.modules, board)),
      ...checkData(placement, segments, profile, board),
    ];
  });
  return [...found, ...checkFactoryStays(arranged)];
}

/** An image for another chip in a place that a person chose. A file with addresses of its own, such as .hex, is not asked about. */
function checkForeign({ file, what }: DfuPlaced): Refusal[] {
  if (what.is !== 'data' || what.foreign === null || (file.at !== undefined && file.typed !== true)) return [];
  return [refuse('image-for-other-chip', inFile(file), { file: shown(file), what: what.foreign })];
}

/** What the board will erase without asking. Without modules, an update replaces the application itself: not asked. */
function checkErased(
  { file }: DfuPlaced,
  segments: readonly Segment[],
  profile: BoardProfile,
  board: DfuInspection,
): Refusal[] {
  if (profile.modules === null) return [];
  return profile.erasedBy.flatMap(({ by, ...own }) => {
    const range = onBoard(board, own);
    if (range === null || !touches(segments, range)) return [];
    const values = { file: shown(file), by, place: placeName(range, board.layout), address: hex(range.address) };
    return [{ ...refuse('update-erases', { in: 'flash', range }, values), changes: [range] }];
  });
}

function checkModuleBoard(
  placement: DfuPlaced,
  segments: readonly Segment[],
  plan: ModuleBoard,
  board: DfuInspection,
): Refusal[] {
  const { file, what, choice } = placement;
  const name = shown(file);
  const found: Refusal[] = [];
  const factory = plan.factory === null ? null : onBoard(board, plan.factory);
  if (factory !== null && touches(segments, factory) && choice?.place !== 'factory') {
    const [written] = imageWithin(segments, factory);
    const begins = written?.address === factory.address ? written.data : new Uint8Array();
    if (passesUserCheck(begins, plan.user.address, plan.platform)) {
      const values = { file: name, address: hex(factory.address) };
      found.push(refuse('data-looks-like-module', inFile(file), values));
    }
    const there = contentAt(board.dfu.content, plan.factory);
    if (there.kind === 'module' && there.passes) {
      const values = { file: name, address: hex(factory.address), version: there.head.version };
      found.push({ ...refuse('factory-reset-lost', { in: 'flash', range: factory }, values), changes: [factory] });
    }
  }
  const systems = systemPartitions(board, plan).filter((partition) => touches(segments, partition));
  if (systems.length > 0) {
    const values = { file: name, place: systems.map((partition) => partition.name).join(', ') };
    found.push({ ...refuse('system-replaced', inFile(file), values), changes: systems.map(bare) });
  }
  const user = onBoard(board, plan.user);
  const application = what.is === 'joined' || (what.is === 'module' && systems.length === 0);
  if (user !== null && touches(segments, user) && !application && systems.length === 0) {
    const values = { file: name, place: placeName(user, board.layout) };
    found.push({ ...refuse('application-replaced-by-data', inFile(file), values), changes: [user] });
  }
  return found;
}

function systemPartitions({ layout }: DfuInspection, { user }: ModuleBoard): Partition[] {
  return layout.partitions.filter(({ role, address }) => role === 'app' && address < user.address);
}

/** Unrecognised data where a file would go, except in ranges that the board itself uses. */
function checkData(
  { file }: DfuPlaced,
  segments: readonly Segment[],
  profile: BoardProfile,
  board: DfuInspection,
): Refusal[] {
  const touched = board.layout.partitions.filter((partition) => touches(segments, partition));
  const isScratch = (partition: Range) =>
    profile.erasedBy.some((own) => own.scratch === true && own.address === partition.address);
  return touched
    .filter(({ role }) => role === 'data')
    .filter((partition) => board.dfu.content.get(keyOf(board.dfu.settings, partition))?.kind === 'data')
    .filter((partition) => !isScratch(partition))
    .map(({ region, address, size, name }) => {
      const range = { region, address, size };
      const values = { file: shown(file), place: name, address: hex(address) };
      return { ...refuse('sector-holds-data', { in: 'flash', range }, values), changes: [range] };
    });
}

/** A module that stays in the factory slot beside an extended application: an interruption would restore it. */
function checkFactoryStays({ placed, board }: DfuArranged): Refusal[] {
  const { profile, content } = board.dfu;
  const plan = profile?.modules ?? null;
  if (profile === null || plan === null || plan.factory === null) return [];
  const segments = placed.flatMap((placement) => placement.segments);
  const range = onBoard(board, plan.factory);
  const user = onBoard(board, plan.user);
  const there = contentAt(content, plan.factory);
  const extended = placed.some(({ what: { is } }) => is === 'joined' || is === 'extension');
  if (range === null || user === null || there.kind !== 'module' || !there.passes || !extended) return [];
  if (touches(segments, range) || !touches(segments, user)) return [];
  const values = { address: hex(range.address), version: there.head.version };
  return [{ ...refuse('factory-restores', { in: 'flash', range }, values), changes: [user] }];
}

/** Questions about a file on a chip without module-aware firmware. */
function checkPlain(placement: DfuPlaced, segments: readonly Segment[], board: DfuInspection): Refusal[] {
  return [
    ...checkLinked(placement, board),
    ...checkStart(placement, segments, board),
    ...checkInside(placement, segments, board),
  ];
}

/** A program in sectors that it was not linked for, or in one piece for. A file with addresses of its own is not asked about. */
function checkLinked({ file, what, choice }: DfuPlaced, board: DfuInspection): Refusal[] {
  if (what.is !== 'program' || choice?.place !== 'sectors' || board.dfu.profile?.modular === true) return [];
  const { units, name, address } = choice;
  const adjacent = units.every((unit, i) => i === 0 || unit.address === rangeEnd(units[i - 1] ?? unit));
  if (adjacent && what.linked === address) return [];
  const reset = readVectorTable(what.data)?.handlers[0] ?? 0;
  const linked = what.linked === null ? `another place (its reset handler is at ${hex(reset)})` : hex(what.linked);
  const place = adjacent ? `${name} (${hex(address)})` : `${name}, which are not adjacent`;
  return [refuse('program-linked-elsewhere', inFile(file), { file: shown(file), linked, place })];
}

/** A file without a vector table where a chip without module-aware firmware expects one. */
function checkStart({ file }: DfuPlaced, segments: readonly Segment[], { layout, dfu }: DfuInspection): Refusal[] {
  if ((dfu.profile?.machine ?? ELF_MACHINE.arm) !== ELF_MACHINE.arm) return [];
  const [region] = layout.map.regions;
  const own = segments.find((segment) => segment.region === region?.id && segment.address === region.start);
  if (own === undefined || entryAtFlashStart(own.data) !== null) return [];
  return [refuse('program-without-start', inFile(file), { file: shown(file), address: hex(own.address) })];
}

/**
 * A write into the flash of a chip whose program has no known end: an erase unit that does not start blank may hold part
 * of the program or its data.
 */
function checkInside({ file }: DfuPlaced, segments: readonly Segment[], board: DfuInspection): Refusal[] {
  const [region] = board.layout.map.regions;
  const isStart = (segment: Segment) => segment.region === region?.id && segment.address === region.start;
  if (region === undefined || segments.some((segment) => isStart(segment) && entryAtFlashStart(segment.data) !== null))
    return [];
  const units = touchedUnits(board.layout, segments.map(segmentRange)).filter(
    (unit) => unit.region === region.id && board.dfu.units.get(keyOf(board.dfu.settings, unit))?.kind !== 'blank',
  );
  const [first] = units;
  if (first === undefined) return [];
  const place = units.length === 1 ? 'An erase unit of the flash' : `${units.length} erase units of the flash`;
  const values = { file: shown(file), place, address: hex(first.address) };
  return [{ ...refuse('sector-in-use', { in: 'flash', range: first }, values), changes: units.map(bare) }];
}

function touches(segments: readonly Segment[], range: Range): boolean {
  return segments.some((segment) => overlaps(segmentRange(segment), range));
}

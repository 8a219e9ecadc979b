/** The map in words and in runs: what is found, planned and verified where. Pure; the strip draws it and shows it as text. */
import type { Content } from '../../src/flash/family.ts';
import { foundWords, WRITTEN_BACK } from '../../src/flash/describe.ts';
import type { Fate } from '../../src/flash/fates.ts';
import { hex } from '../../src/flash/finding.ts';
import type { UnitState } from '../../src/flash/job.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import type { Range, Region } from '../../src/flash/map.ts';
import { isSameRange, overlaps, rangeEnd, regionRange, regionSize, bare, sizeOf } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import { keptRanges, plannedUnits } from '../../src/flash/plan.ts';
import type { UnitStates, Work } from '../../src/session/state.ts';
import { bytes, count, span } from '../shared/format.ts';

/** What the plan does with a piece of flash, or has done. `beside`: kept bytes inside a rewritten unit. */
export type MapState = 'kept' | 'equal' | 'beside' | UnitState;

/** What is known of a piece of flash before anything is planned. */
export type Found = 'blank' | 'unread' | 'content';

/** What the lane below the strip shows that has a name in the legend: content is a plain block and needs none. */
export type LaneState = MapState | Exclude<Found, 'content'>;

/** A piece of flash with one state. */
export interface Run extends Range {
  readonly state: MapState;
}

/** The name of each state wherever it is shown. */
export const MAP_STATES: Readonly<Record<LaneState, string>> = {
  blank: 'blank',
  unread: 'not read',
  kept: 'kept: not touched',
  equal: 'kept: equal already',
  beside: WRITTEN_BACK,
  waiting: 'changes',
  unknown: 'unknown until verified',
  incomplete: 'incomplete: neither the old nor the new content',
  written: 'written, not yet verified',
  'awaiting-commit': 'complete except for the last bytes',
  verified: 'verified',
  wrong: 'failed',
  unproved: 'written, not verifiable',
};

/** The name of each kind of partition in the legend. */
export const KIND_NAMES = {
  system: 'system',
  app: 'app',
  data: 'data',
  free: 'free',
  unclaimed: 'no known partitions',
} as const;

/** The most bytes of a region that is shown as a chip beside the map: option bytes, OTP. */
const SMALL = 4096;
/** A region with one name, and this many times smaller than the largest, is a chip as well: file memory of 16 KiB. */
const TINY = 32;

/** Whether a region is too small for a strip of its own, where there is a larger one. */
export function isSmall(region: Region, { map, partitions }: Pick<Layout, 'map' | 'partitions'>): boolean {
  const [size, largest] = [regionSize(region), Math.max(...map.regions.map(regionSize))];
  const names = partitions.filter((partition) => partition.region === region.id).length;
  return (size <= SMALL && largest > SMALL) || (names === 1 && size * TINY <= largest);
}

/** Whether any partition is at another place afterwards, or has another size or type: a new name alone is in the one map. */
export function changesLayout(before: readonly Partition[], after: readonly Partition[]): boolean {
  const same = (a: Partition, b: Partition | undefined) => b !== undefined && isSameRange(a, b) && a.type === b.type;
  return before.length !== after.length || before.some((partition, i) => !same(partition, after[i]));
}

/** The states that the lane below the strip shows, in the order in which they occur. */
export function legendOf(
  regions: readonly Region[],
  plan: Plan | null,
  units: UnitStates | null,
  contents: readonly Content[],
): LaneState[] {
  if (plan === null) {
    const found = new Set(contents.flatMap(foundRuns).map(({ found }) => found));
    return (['blank', 'unread'] as const).filter((each) => found.has(each));
  }
  const seen = new Set<MapState>(units ?? (plan.stretches.length > 0 ? ['waiting'] : []));
  const states = (
    ['waiting', 'unknown', 'incomplete', 'written', 'awaiting-commit', 'verified', 'unproved', 'wrong'] as const
  ).filter((each) => seen.has(each));
  const beside = keptRanges(plan).length > 0 ? (['beside'] as const) : [];
  const kept = regions.some((region) => isKeptIn(region, plan)) ? (['kept'] as const) : [];
  return [...states, ...kept, ...beside, ...(plan.equal.length > 0 ? (['equal'] as const) : [])];
}

/** Whether a plan leaves out any erase unit of a region. */
function isKeptIn(region: Region, plan: Plan): boolean {
  return sizeOf(outlineOf(region, plan).places.map(({ unit }) => unit)) < regionSize(region);
}

/** What was found in a place as runs, later ones drawn over earlier ones: it may be blank where it was read, and unread behind that. */
export function foundRuns({
  region,
  address,
  size,
  kind,
  gap,
  blankIn,
}: Content): (Range & { readonly found: Found })[] {
  const whole = { region, address, size };
  if (kind === 'unread' || gap?.holds === 'unread') return [{ ...whole, found: 'unread' }];
  if (kind !== 'blank' && gap?.holds !== 'blank') return [{ ...whole, found: 'content' }];
  if (blankIn === undefined) return [{ ...whole, found: 'blank' }];
  const read = blankIn.map((part) => ({
    region,
    address: address + part.from,
    size: part.size,
    found: 'blank' as const,
  }));
  return [{ ...whole, found: 'unread' }, ...read];
}

/** The plan of one region as runs, later ones drawn over earlier ones: kept first, failed last. */
export function runsOf(region: Region, plan: Plan | null, units: UnitStates | null): Run[] {
  if (plan === null) return [];
  const { places, beside } = outlineOf(region, plan);
  const joined = join(places, units);
  return [
    { ...regionRange(region), state: 'kept' },
    ...joined.filter((run) => run.state !== 'wrong'),
    ...beside,
    ...joined.filter((run) => run.state === 'wrong'),
  ];
}

/** A unit of a plan; `number` is that of a planned one, null for one that is equal already. */
interface Place {
  readonly unit: Range;
  readonly number: number | null;
}

/** The part of a plan in one region that does not change while it is carried out; places in address order. */
interface Outline {
  readonly places: readonly Place[];
  readonly beside: readonly Run[];
}

const outlines = new WeakMap<Plan, Map<string, Outline>>();

function outlineOf({ id }: Region, plan: Plan): Outline {
  const known = outlines.get(plan) ?? new Map<string, Outline>();
  outlines.set(plan, known);
  const before = known.get(id);
  if (before !== undefined) return before;
  const planned = plannedUnits(plan).map((unit, number): Place => ({ unit, number }));
  const equal = plan.equal.map((unit): Place => ({ unit, number: null }));
  const places = [...planned, ...equal]
    .filter(({ unit }) => unit.region === id)
    .toSorted((a, b) => a.unit.address - b.unit.address);
  const beside = keptRanges(plan)
    .filter((range) => range.region === id)
    .map((range): Run => ({ ...range, state: 'beside' }));
  const outline = { places, beside };
  known.set(id, outline);
  return outline;
}

/** Neighbours with the same state become one run: 4096 units are drawn as a few rectangles. */
function join(places: readonly Place[], units: UnitStates | null): Run[] {
  const joined: { region: string; address: number; size: number; state: MapState }[] = [];
  for (const { unit, number } of places) {
    const state = number === null ? 'equal' : (units?.[number] ?? 'waiting');
    const last = joined.at(-1);
    if (last !== undefined && last.state === state && rangeEnd(last) === unit.address) last.size += unit.size;
    else joined.push({ ...bare(unit), state });
  }
  return joined;
}

/** The numbers of the planned units in a range: computed once per plan, not for each of many states. */
const numbers = new WeakMap<Plan, Map<string, readonly number[]>>();

function numbersIn(range: Range, plan: Plan): readonly number[] {
  const known = numbers.get(plan) ?? new Map<string, readonly number[]>();
  numbers.set(plan, known);
  const key = `${range.region} ${range.address} ${range.size}`;
  const own = known.get(key) ?? plannedUnits(plan).flatMap((unit, i) => (overlaps(unit, range) ? [i] : []));
  known.set(key, own);
  return own;
}

/**
 * What a plan means for a range: the meaning for its colour, and the words; `brief` is for a block that has no room for all of them: a
 * number there would not say of what.
 */
export interface RangeState {
  readonly state: MapState;
  readonly says: string;
  readonly brief: string;
}

/** What a plan means for a range. Null without a plan. */
export function mapStateOf(range: Range, plan: Plan | null, units: UnitStates | null): RangeState | null {
  if (plan === null) return null;
  const tally = new Map<UnitState, number>();
  const own = numbersIn(range, plan);
  for (const i of own) {
    const state = units?.[i] ?? 'waiting';
    tally.set(state, (tally.get(state) ?? 0) + 1);
  }
  const all = own.length;
  const of = (state: UnitState) => tally.get(state) ?? 0;
  const one = (state: MapState, says: string, brief = says): RangeState => ({ state, says, brief });
  if (all === 0) {
    const equal = plan.equal.some((unit) => overlaps(unit, range));
    return equal ? one('equal', 'kept, already equal') : one('kept', 'kept');
  }
  const ofAll = (some: number) => `${some} of ${count(all, 'erase unit')}`;
  const [verified, unproved] = [of('verified'), of('unproved')];
  for (const [state, word] of [
    ['incomplete', 'incomplete'],
    ['wrong', 'failed'],
  ] as const)
    if (of(state) > 0) return one(state, `${ofAll(of(state))} ${word}`, word);
  if (verified === all) return one('verified', `${count(all, 'erase unit')} verified`, 'verified');
  if (unproved === all) return one('unproved', `${count(all, 'erase unit')} written, not verifiable`, 'written');
  if (verified + unproved === all)
    return one('unproved', `${ofAll(verified)} verified, ${unproved} written, not verifiable`, 'written');
  if (of('waiting') === all) {
    const verb = all === 1 ? 'changes' : 'change';
    return one('waiting', `${count(all, 'erase unit')} ${verb}`, 'changes');
  }
  return one('unknown', `${ofAll(verified)} verified`, `${Math.floor((verified * 100) / all)} % verified`);
}

/** What was found in a range, as sentences, empty if nothing is known; a sentence that holds for several places in it stands once. */
export function foundIn(range: Range, contents: readonly Content[]): string {
  return [...new Set(contents.filter((content) => overlaps(content, range)).map(foundWords))].join(' ');
}

/** What is found in the partitions afterwards: what stays or moves, as it was found; nothing is said of what is written. */
export function contentsAfter(fates: readonly Fate[], found: readonly Content[]): Content[] {
  return fates.flatMap((fate) => {
    const { before, after } = fate;
    const isCarried = after !== null && before !== null && fate.readable && fate.fate !== 'overwritten';
    if (!isCarried || fate.edited !== undefined) return [];
    const own = found.find((content) => isSameRange(content, before));
    return own === undefined ? [] : [{ ...own, region: after.region, address: after.address, size: after.size }];
  });
}

/** What is said to be at ranges: as it was found, or as it will be in a partition that only a planned layout has there. */
export function contentsAt(
  ranges: readonly Range[],
  now: Layout | undefined,
  work: Work | null,
  found: readonly Content[],
): readonly Content[] {
  const isMeant = (partition: Partition | null) =>
    partition !== null && ranges.some((range) => isSameRange(range, partition));
  const isPlanned = work?.kind === 'planned' && work.fates.some(({ after }) => isMeant(after));
  return isPlanned && now?.partitions.some(isMeant) !== true ? contentsAfter(work.fates, found) : found;
}

/** The whole map in two or three sentences. */
export function describeMap(layout: Layout, plan: Plan | null, units: UnitStates | null): string {
  const regions = layout.map.regions.map((region) => {
    const unitCount = region.runs.reduce((sum, run) => sum + run.count, 0);
    const units = count(unitCount, 'erase unit');
    return `${region.name}: ${bytes(regionSize(region))} in ${units} from ${hex(region.start)}.`;
  });
  const states = layout.partitions.flatMap((partition) => {
    const state = mapStateOf(partition, plan, units);
    return state === null || state.state === 'kept' ? [] : [`${partition.name}: ${state.says}.`];
  });
  const rest = plan === null ? 'No plan yet.' : 'Everything else is kept.';
  // A partition table counts neither itself nor the bootloader.
  const isListed = ({ role }: Partition) => role !== 'table' && role !== 'boot';
  const hasTable = layout.partitions.some(({ role }) => role === 'table');
  const listed = hasTable ? layout.partitions.filter(isListed) : layout.partitions;
  return [...regions, `${count(listed.length, 'partition')}.`, ...states, rest].join(' ');
}

/**
 * What is at a range, for the line under the map: exact, short, in one line. For several ranges, only their addresses.
 * `stale`: the contents are from before a write that is under way.
 */
export function readout(
  ranges: readonly Range[],
  layout: Layout,
  contents: readonly Content[],
  plan: Plan | null,
  units: UnitStates | null,
  stale = false,
): string[] {
  const [range, ...more] = ranges;
  if (range === undefined) return [];
  if (more.length > 0) return ranges.map((each) => `${span(each)}, ${bytes(each.size)}`);
  const names = layout.partitions.filter((partition) => overlaps(partition, range));
  const first = names[0];
  const offset = first !== undefined && range.address > first.address ? ` +${hex(range.address - first.address)}` : '';
  const state = mapStateOf(range, plan, units);
  const found = foundIn(range, contents);
  return [
    span(range),
    bytes(range.size),
    names.length === 0 ? 'no partition' : `${names.map((partition) => partition.name).join(', ')}${offset}`,
    ...(state === null ? [] : [state.says]),
    ...(found === '' ? [] : [`${stale ? 'Before: ' : ''}${found}`]),
  ];
}

/** The flash beside a plan's writes: it must be unchanged afterwards, which is verified rather than assumed. */
import type { Fact, Neighbour, RangeDigest } from './journal.ts';
import type { Layout, PartitionRole } from './layout.ts';
import type { EraseUnit, Range } from './map.ts';
import { contains, overlaps, rangeEnd, regionEnd, splitRange, unitsTouching, without, bare } from './map.ts';
import type { Plan } from './plan.ts';
import type { Bounds } from './target.ts';
import { USUAL_BOUNDS } from './target.ts';

/** The most bytes digested in one command; takes hardly longer than one erase unit of 4 KiB. */
export const DIGEST_SPAN = 0x10000;

/** Partitions that decide what a device starts are compared after every job, wherever they are. */
const DECIDES_START: ReadonlySet<PartitionRole> = new Set(['boot', 'table', 'boot-choice']);

/**
 * How many of a digest's bytes agree at least where noise on the wire changed one of two answers that say the same. That so many
 * agree by chance has a probability of 2e-26.
 */
const LEAST_ALIKE = 12;

/**
 * Whether two digests (MD5, hex) of a range say that it is unchanged; null is one that is not known. A digest of other content has
 * nothing in common with the first one; noise damages a few bytes of an answer, and leaves the others as they are.
 */
export function digestsAgree(before: string | null, after: string | null): boolean {
  if (before === after) return true;
  if (before === null || after === null) return false;
  const bytesOf = (digest: string): string[] => (/^[0-9a-f]{32}$/.test(digest) ? (digest.match(/../g) ?? []) : []);
  const now = bytesOf(after);
  return bytesOf(before).filter((byte, i) => byte === now[i]).length >= LEAST_ALIKE;
}

/** A span to compare, and its erase units if their bytes are to be kept first. */
export type ComparedSpan = Range & Pick<Neighbour, 'units'>;

/**
 * The spans beside a plan's writes, by region and address, at most `DIGEST_SPAN` bytes each: those within reach and those that
 * decide what starts, or the whole flash. Empty for a plan that writes nothing.
 */
export function surroundingsOf({ map, partitions }: Layout, plan: Plan, bounds: Bounds): ComparedSpan[] {
  if (plan.stretches.length === 0) return [];
  return map.regions
    .filter(({ access }) => access.read)
    .flatMap((region) => {
      const { id, start } = region;
      const end = regionEnd(region);
      const within = (from: number, to: number): Range => {
        const address = Math.max(start, from);
        return { region: id, address, size: Math.max(0, Math.min(end, to) - address) };
      };
      const own = plan.stretches.filter((stretch) => stretch.region === id);
      const holes = joined(own);
      const near = own.map((stretch) => within(stretch.address - bounds.reach, rangeEnd(stretch) + bounds.reach));
      const deciding = partitions.filter((partition) => partition.region === id && DECIDES_START.has(partition.role));
      const wanted = bounds.whole
        ? [within(start, end)]
        : [...near, ...deciding.map((p) => within(p.address, rangeEnd(p)))];
      return joined(wanted)
        .flatMap((range) => without(range, holes))
        .flatMap((range) => splitRange(range, DIGEST_SPAN))
        .map((span) => {
          const kept = !bounds.exact && near.some((range) => overlaps(range, span));
          return {
            ...span,
            units: kept ? unitsTouching(region, span.address, span.size).filter((unit) => contains(span, unit)) : [],
          };
        });
    });
}

/** The state of the flash beside a job's writes. Adjacent ranges are joined. */
export interface Surroundings {
  /** Null if the device cannot show what it holds, so nothing beside the writes can be compared. */
  readonly bounds: Bounds | null;
  /** Spans whose bytes still have to be kept before anything is erased. */
  readonly toKeep: readonly Neighbour[];
  /** Spans that later writes may have changed since they were compared: all of them, and those within reach of the writes. */
  readonly toCompare: readonly Neighbour[];
  readonly toCompareNear: readonly Neighbour[];
  /** Units that changed and whose bytes are kept, grouped by neighbours. */
  readonly toPutBack: readonly RangeDigest[];
  /** What changed and cannot be restored. */
  readonly changed: readonly Range[];
  /** Units being restored and not compared since, with their previous digests. */
  readonly restoring: readonly RangeDigest[];
  /** What changed and was restored to its previous digest. */
  readonly putBack: readonly Range[];
  /** What was compared and is unchanged. */
  readonly same: readonly Range[];
  /** What differed on resuming from when the job was begun: the board may have run in between. */
  readonly meanwhile: readonly Range[];
}

interface Entry {
  readonly span: Neighbour;
  kept: readonly RangeDigest[];
  compared: boolean;
  near: boolean;
  changed: readonly RangeDigest[];
  /** Units restored since the job was begun or resumed: each is tried once. */
  readonly tried: Set<string>;
  restored: readonly Range[];
}

/** Folds a job's facts into the state of its surroundings. */
export class SurroundingsFold {
  #bounds: Bounds | null = null;
  readonly #entries = new Map<string, Entry>();
  readonly #meanwhile: Range[] = [];

  /** How far beside its writes the device is watched; null if the journal has no surroundings. */
  get bounds(): Bounds | null {
    return this.#bounds;
  }

  /** Folds one more fact. */
  fold(fact: Fact): void {
    switch (fact.fact) {
      case 'surroundings':
        this.#bounds = fact.bounds;
        for (const span of fact.spans) this.#begin(span);
        break;
      case 'backed-up':
        for (const entry of this.#entries.values())
          if (entry.span.units.length > 0)
            entry.kept = [...entry.kept, ...fact.units.filter((unit) => contains(entry.span, unit))];
        break;
      case 'intent':
        this.#disturb(fact.units);
        break;
      case 'committing':
        this.#disturb([fact.unit]);
        break;
      case 'compared':
        for (const entry of this.#entries.values()) compare(entry, fact.spans);
        break;
      case 'resumed':
        for (const entry of this.#entries.values()) entry.tried.clear();
    }
  }

  /** The current state. */
  get state(): Surroundings {
    const entries = [...this.#entries.values()];
    const open = entries.filter(({ compared }) => !compared);
    const spans = (some: readonly Entry[]) => some.map(({ span }) => span);
    const changed = entries.flatMap((entry) =>
      entry.changed.map((range) => ({ range, owed: canPutBack(entry, range) })),
    );
    return {
      bounds: this.#bounds,
      toKeep: spans(entries.filter(({ span, kept }) => kept.length < span.units.length)),
      toCompare: spans(open),
      toCompareNear: spans(open.filter(({ near }) => near)),
      toPutBack: changed.filter(({ owed }) => owed).map(({ range }) => range),
      changed: joined(changed.filter(({ owed }) => !owed).map(({ range }) => range)),
      restoring: open.flatMap(({ kept, restored }) =>
        kept.filter((unit) => restored.some((range) => overlaps(range, unit))),
      ),
      putBack: joined(entries.flatMap((entry) => (entry.compared && entry.changed.length === 0 ? entry.restored : []))),
      same: joined(spans(entries.filter((entry) => entry.compared && entry.changed.length === 0))),
      meanwhile: joined(this.#meanwhile),
    };
  }

  #begin(span: Neighbour): void {
    const key = keyOf(span);
    const before = this.#entries.get(key);
    if (before !== undefined && !digestsAgree(before.span.md5, span.md5)) this.#meanwhile.push(bare(span));
    // It was digested just now, so it needs no comparison until something is written.
    this.#entries.set(key, {
      span,
      kept: [],
      compared: true,
      near: false,
      changed: [],
      tried: new Set(),
      restored: before?.restored ?? [],
    });
  }

  #disturb(units: readonly EraseUnit[]): void {
    for (const entry of this.#entries.values()) {
      entry.compared = false;
      entry.near ||= units.some((unit) => isWithinReach(entry.span, unit, this.#bounds ?? USUAL_BOUNDS));
      const own = units.filter((unit) => contains(entry.span, unit));
      if (own.length === 0) continue;
      for (const unit of own) entry.tried.add(keyOf(unit));
      entry.restored = [...entry.restored, ...own.map(bare)];
      entry.changed = [];
    }
  }
}

/** The spans to digest again when a job is resumed: all except those that a write is known to have changed. */
export function spansToDigestAgain(
  spans: readonly ComparedSpan[],
  { toPutBack, changed, restoring }: Surroundings,
): ComparedSpan[] {
  const own = [...toPutBack, ...changed, ...restoring];
  return spans.filter((span) => !own.some((range) => overlaps(range, span)));
}

/** Whether a range is so close to a unit that an inexact write of that unit could reach it. */
export function isWithinReach(range: Range, unit: EraseUnit, { reach, eachStretch }: Bounds): boolean {
  // A loader that erases larger blocks than requested starts at a block boundary.
  const before = eachStretch ? reach : unit.address % DIGEST_SPAN;
  return (
    range.region === unit.region &&
    range.address < rangeEnd(unit) + reach &&
    rangeEnd(range) > unit.address - before &&
    !overlaps(range, unit)
  );
}

function compare(entry: Entry, found: readonly RangeDigest[]): void {
  const { span, kept } = entry;
  const whole = found.find((each) => keyOf(each) === keyOf(span));
  if (whole === undefined) return;
  [entry.compared, entry.near] = [true, false];
  if (digestsAgree(span.md5, whole.md5)) {
    entry.changed = [];
    return;
  }
  const now = new Map(found.map((each) => [keyOf(each), each.md5]));
  const others = kept.filter((unit) => now.get(keyOf(unit)) !== unit.md5);
  entry.changed = kept.length === 0 ? [span] : others;
}

function canPutBack({ span, kept, tried }: Entry, unit: Range): boolean {
  return span.units.length > 0 && kept.length === span.units.length && !tried.has(keyOf(unit));
}

function keyOf({ region, address, size }: Range): string {
  return `${region}@${address.toString(16)}+${size.toString(16)}`;
}

/** Thousands of ranges are of one region: comparing its name with itself by the rules of a language takes longest. */
function inOrder(a: Range, b: Range): number {
  return a.region === b.region ? a.address - b.address : a.region.localeCompare(b.region);
}

/** Ranges by region and address, joined where they touch or overlap. */
export function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of ranges.toSorted(inOrder)) {
    const last = all.at(-1);
    if (range.size === 0) continue;
    if (last === undefined || last.region !== range.region || rangeEnd(last) < range.address) all.push(bare(range));
    else all[all.length - 1] = { ...last, size: Math.max(rangeEnd(last), rangeEnd(range)) - last.address };
  }
  return all;
}

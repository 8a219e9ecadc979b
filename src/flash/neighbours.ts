/** Groups of adjacent ranges. */
import type { Range } from './map.ts';
import { rangeEnd } from './map.ts';

/** Groups consecutive ranges that touch, in the given order, as long as `joins` agrees. */
export function neighbours<R extends Range>(
  ranges: readonly R[],
  joins: (before: R, next: R, group: readonly R[]) => boolean = () => true,
): R[][] {
  const groups: R[][] = [];
  for (const range of ranges) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const touches = before !== undefined && before.region === range.region && rangeEnd(before) === range.address;
    if (touches && group !== undefined && joins(before, range, group)) group.push(range);
    else groups.push([range]);
  }
  return groups;
}

/** The range that a group of neighbours covers; throws a `RangeError` for an empty group. */
export function spanOf(ranges: readonly Range[]): Range {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a range of no units');
  return { region: first.region, address: first.address, size: rangeEnd(last) - first.address };
}

/** A range stripped of all other fields. */
export function bare({ region, address, size }: Range): Range {
  return { region, address, size };
}

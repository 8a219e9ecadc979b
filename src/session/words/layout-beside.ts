/** A layout by what another one has differently, in a phrase that tells the two apart. */
import { list } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { isInPlaceOf } from '../../flash/layout.ts';

/** More phrases than this are counted; one more is not. */
const PHRASES = 3;

/**
 * What a layout has that another one has not: `app0 and app1 of 1728 KiB, fs of 512 KiB, without spare`. Places are only named where
 * no size differs, `app0 at 0x20000`, and types where no place does: `fs (data, spiffs)`. A partition that has another name in the
 * same place is no other one: `App1 in place of app1`. Empty where all of these are the same.
 */
export function layoutBeside(own: Layout, other: Layout): string {
  const named = (layout: Layout, { name }: Partition) => layout.partitions.find((each) => each.name === name);
  const renamed = own.partitions.flatMap((each) => {
    if (named(other, each) !== undefined) return [];
    const former = other.partitions.find((old) => isInPlaceOf(old, each) && named(own, old) === undefined);
    return former === undefined ? [] : [{ each, former }];
  });
  const counterpart = (each: Partition) => named(other, each) ?? renamed.find((pair) => pair.each === each)?.former;
  const sized = own.partitions.filter((each) => counterpart(each)?.size !== each.size);
  const gone = other.partitions
    .filter((each) => named(own, each) === undefined && !renamed.some(({ former }) => former === each))
    .map(({ name }) => name);
  const moved = own.partitions.filter((each) => counterpart(each)?.address !== each.address);
  const phrases = [
    ...[...new Set(sized.map(({ size }) => size))].map((size) => {
      const names = sized.filter((each) => each.size === size).map(({ name }) => name);
      return `${list(names)} of ${bytes(size)}`;
    }),
    ...renamed.map(({ each, former }) => `${each.name} in place of ${former.name}`),
    ...(gone.length === 0 ? [] : [`without ${list(gone)}`]),
  ];
  const turned = own.partitions.filter((each) => counterpart(each)?.type !== each.type);
  const all =
    [
      phrases,
      moved.map(({ name, address }) => `${name} at ${hex(address)}`),
      turned.map(({ name, type }) => `${name} (${type})`),
    ].find((each) => each.length > 0) ?? [];
  const more = all.length - PHRASES;
  return more > 1 ? `${all.slice(0, PHRASES).join(', ')} and ${more} more` : all.join(', ');
}

/** The same of layouts that a table on the flash makes what they are; empty where none does. */
export function besideTable(own: Layout, other: Layout): string {
  const hasTable = [own, other].some(({ partitions }) => partitions.some(({ role }) => role === 'table'));
  return hasTable ? layoutBeside(own, other) : '';
}

/** A layout by what it has differently, as what comes back with a backup: `the layout with fs of 512 KiB`. */
export function withLayout(beside: string): string {
  return `the layout with ${beside}`;
}

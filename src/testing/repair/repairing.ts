/** Test support: a session's findings and their repairs, carried out. Nothing of the app imports it. */
import { askKey } from '../../flash/finding.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { PlanRequest, Repair } from '../../flash/repair.ts';
import type { AnySession } from '../esp/world.ts';
import { differences, flash, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

/** The findings about the board, and about the partition that is looked into. */
export function findingsOn({ session }: { readonly session: Parameters<typeof connectedOf>[0] }): readonly Finding[] {
  const { board, contents } = connectedOf(session);
  const listing = contents?.listing ?? null;
  return [...board.findings, ...(listing === null || listing.kind === 'unknown' ? [] : listing.findings)];
}

/** Whether a repair is planned at once, rather than made ready by a person. */
export function isPlanned(repair: Repair): repair is Repair & { readonly request: PlanRequest } {
  return repair.request.do !== 'open' && repair.request.do !== 'make-it-fit';
}

/** Agrees to everything that is asked, and carries the plan out. */
export async function carriedOut(session: AnySession): Promise<void> {
  for (const ask of workOf(session, 'planned').asks)
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  await flash(session);
}

/** Where the flash differs outside some ranges, as [first, last] addresses. */
export function elsewhere(before: Uint8Array, after: Uint8Array, ranges: readonly Range[]): [number, number][] {
  const [left, right] = [before.slice(), after.slice()];
  for (const { address, size } of ranges) for (const each of [left, right]) each.fill(0, address, address + size);
  return differences(left, right);
}

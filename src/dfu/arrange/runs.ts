/** Runs of bytes with addresses, as parts for a board. */
import type { DroppedFile, Unpacked } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Run } from '../../formats/sparse-bytes.ts';
import { regionEnd } from '../../flash/map.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import { regionAt } from './choices.ts';
import { fileFinding } from './file-findings.ts';

/** No build makes a file of more pieces. */
export const MOST_RUNS = 256;

/** A container of which nothing is used, and why. */
export function unusable(container: string, name: string, finding: Finding): Unpacked {
  const left = [{ name, why: 'it cannot be read, so none of it is used' }];
  return { container, says: '', parts: [], left, findings: [finding] };
}

/** Runs of bytes as parts; those that none of the board's memories has are left away. */
export function asParts(
  container: string,
  name: string,
  runs: readonly Run[] | null,
  board: DfuInspection,
  parts: DfuParts,
): Unpacked {
  if (runs === null) {
    return unusable(container, name, fileFinding('too-many-pieces', { in: 'file', name }, { limit: MOST_RUNS }));
  }
  const own: DroppedFile[] = [];
  const left: Unpacked['left'][number][] = [];
  for (const { address, data } of joinModules(runs, parts).flatMap((run) => cutAtPartitions(run, board, parts))) {
    const part = { name: `${name} at ${hex(address)}`, data, at: address };
    if (regionAt(address, board) !== undefined) own.push(part);
    else left.push({ name: part.name, why: `this board has no memory at ${hex(address)}` });
  }
  const size = own.reduce((sum, { data }) => sum + data.length, 0);
  const says = `${bytes(size)} in ${own.length === 1 ? 'one piece' : `${own.length} pieces`}.`;
  return { container, says, parts: own, left, findings: [] };
}

/** A linker aligns what it puts together: small gaps inside one module are bytes of it, and count in its checksum. */
function joinModules(runs: readonly Run[], { modules }: DfuParts): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const before = joined.at(-1);
    const end = before === undefined ? 0 : endOfModule(before, modules);
    if (before === undefined || run.address >= end) {
      joined.push(run);
      continue;
    }
    // Blank, as flash is where nobody writes.
    const data = new Uint8Array(run.address + run.data.length - before.address).fill(0xff);
    data.set(before.data);
    data.set(run.data, run.address - before.address);
    joined[joined.length - 1] = { address: before.address, data };
  }
  return joined;
}

/** What was read off a board in one piece: each partition is looked at by itself, unless a module goes past its end. */
function cutAtPartitions(run: Run, { dfu, layout }: DfuInspection, { modules }: DfuParts): Run[] {
  if (dfu.profile === null || dfu.profile.modules === null) return [run];
  const end = run.address + run.data.length;
  const region = layout.map.regions.find((each) => run.address >= each.start && run.address < regionEnd(each));
  const cuts = layout.partitions
    .filter((partition) => partition.region === region?.id)
    .map(({ address }) => address)
    .filter((address) => address > run.address && address < end);
  const pieces: Run[] = [];
  let from = run.address;
  for (const to of [...cuts, end]) {
    const piece = { address: from, data: run.data.subarray(from - run.address, to - run.address) };
    if (to < end && endOfModule(piece, modules) > to) continue;
    pieces.push(piece);
    from = to;
  }
  return pieces;
}

/** The first address behind a module that begins with this run; 0 if none does. */
function endOfModule({ address, data }: Run, modules: DfuParts['modules']): number {
  const head = modules.readHead(data);
  return head === null || head.start !== address ? 0 : head.end + 4;
}

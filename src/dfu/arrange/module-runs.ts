/** Joins and splits runs of bytes for a board with modules: a module from a linker, or content read from a board. */
import { regionEnd } from '../../flash/map.ts';
import type { Run } from '../../formats/sparse-bytes.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { readModuleHead } from '../particle/module-head.ts';

/** Runs joined where they are one module, and split where a new partition starts. */
export function shapeRuns(runs: readonly Run[], board: DfuInspection): Run[] {
  return joinModules(runs).flatMap((run) => cutAtPartitions(run, board));
}

/** Joins the runs of a module: gaps from the alignment of a linker are part of it and count in its checksum. */
function joinModules(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const before = joined.at(-1);
    const end = before === undefined ? 0 : endOfModule(before);
    if (before === undefined || run.address >= end) {
      joined.push(run);
      continue;
    }
    // Blank, like flash that is not written.
    const data = new Uint8Array(run.address + run.data.length - before.address).fill(0xff);
    data.set(before.data);
    data.set(run.data, run.address - before.address);
    joined[joined.length - 1] = { address: before.address, data };
  }
  return joined;
}

/** Splits content that was read from a board in one piece at partition starts, except where a module extends past one. */
function cutAtPartitions(run: Run, { dfu, layout }: DfuInspection): Run[] {
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
    if (to < end && endOfModule(piece) > to) continue;
    pieces.push(piece);
    from = to;
  }
  return pieces;
}

/** The first address after a module that starts with this run; 0 if none does. */
function endOfModule({ address, data }: Run): number {
  const head = readModuleHead(data);
  return head === null || head.start !== address ? 0 : head.end + 4;
}

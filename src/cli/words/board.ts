/** A board in words: what it is, what it starts, its layout and what is in it. */
import { foundWords } from '../../flash/describe.ts';
import type { Content, Inspection } from '../../flash/family.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { chipName } from '../../flash/identity.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { isSameRange, overlaps, regionSize } from '../../flash/map.ts';
import { summaryOf } from '../../session/words/board.ts';
import { columns } from './text.ts';

/** The board in one line: `ESP32 (revision v3.1), 4 MiB SPI flash, 24:6f:28:ab:cd:ef`. */
export function boardLine({ identity, layout }: Inspection): string {
  return [
    chipName(identity),
    ...layout.map.regions.map((region) => `${bytes(regionSize(region))} ${region.name}`),
    ...(identity.key === null ? [] : [identity.key.value]),
  ].join(', ');
}

/** What is known of a flash image besides, one line each: how much of its flash is in the file. None for a board. */
export function fileLines({ identity }: Inspection): string[] {
  return identity.file === undefined ? [] : identity.facts.map(({ name, value }) => `${name}: ${value}`);
}

/** What it starts, as the page's summary says it: `Starts raft-demo 1.4.2 from app0`. */
export function startLine(board: Inspection): string {
  const { says, app, place } = summaryOf(board);
  if (place === null) return says;
  return app === null ? `${says} ${place}` : `${says} ${app} from ${place}`;
}

/** Whether what is on the flash starts nothing, or leaves it open by a fault: what cannot be read is neither. */
export function mayStartNothing({ boot }: Pick<Inspection, 'boot'>): boolean {
  return boot !== null && boot.partition === null;
}

/** The partitions and what lies beside them, one line each, in the order of the map. */
export function layoutLines({ layout, contents }: Inspection): string[] {
  const loose = contents.filter((content) => !layout.partitions.some((partition) => overlaps(partition, content)));
  const regions = layout.map.regions.map(({ id }) => id);
  const rows = [...layout.partitions, ...loose].toSorted(
    (a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address,
  );
  return columns(rows.map((row) => rowOf(row, partitionAt(layout, row) ?? null, contents)));
}

function rowOf(range: Range, partition: Partition | null, contents: readonly Content[]): string[] {
  const held = contents.filter((content) => isSameRange(content, range)).map(foundWords);
  const [name, type] = partition === null ? ['–', ''] : [partition.name, partition.type];
  return [name, type, hex(range.address), bytes(range.size), held.join(' ')];
}

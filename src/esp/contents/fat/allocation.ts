/** The file allocation table: one value for each cluster, and the chains that they make. */
import { viewOf } from '../../../formats/binary.ts';
import type { FatBits, FatGeometry } from './geometry.ts';

/** Decodes the entries of a FAT for clusters 0 to `clusters` + 1; the upper four bits of FAT32 are left out. */
export function decodeFat(table: Uint8Array, { bits, clusters }: Pick<FatGeometry, 'bits' | 'clusters'>): Uint32Array {
  const view = viewOf(table);
  const values = new Uint32Array(clusters + 2);
  for (let i = 0; i < values.length; i++) {
    if (bits === 12) {
      const pair = view.getUint16(i + (i >> 1), true);
      values[i] = i % 2 === 0 ? pair & 0xfff : pair >> 4;
    } else {
      values[i] = bits === 16 ? view.getUint16(2 * i, true) : view.getUint32(4 * i, true) & 0x0fffffff;
    }
  }
  return values;
}

/** Writes one entry into a FAT; bits that belong to its neighbour or are reserved stay. */
export function writeFatEntry(table: Uint8Array, bits: FatBits, cluster: number, value: number): void {
  const view = viewOf(table);
  if (bits === 12) {
    const at = cluster + (cluster >> 1);
    const pair = view.getUint16(at, true);
    view.setUint16(
      at,
      cluster % 2 === 0 ? (pair & 0xf000) | (value & 0xfff) : (pair & 0xf) | ((value & 0xfff) << 4),
      true,
    );
  } else if (bits === 16) {
    view.setUint16(2 * cluster, value, true);
  } else {
    const kept = view.getUint32(4 * cluster, true) & 0xf0000000;
    view.setUint32(4 * cluster, (kept | (value & 0x0fffffff)) >>> 0, true);
  }
}

/** The value that ends a chain. */
export function endOfChain(bits: FatBits): number {
  return bits === 12 ? 0xfff : bits === 16 ? 0xffff : 0x0fffffff;
}

/** The value that marks a cluster as bad. */
export function badCluster(bits: FatBits): number {
  return endOfChain(bits) - 8;
}

/** Clusters of a chain in order, and how it ends; `broken` at a value that no chain may have, `loop` where it meets itself. */
export interface Chain {
  readonly clusters: readonly number[];
  readonly end: 'whole' | 'broken' | 'loop';
}

/** Follows the chain from its first cluster, for at most `most` clusters; a chain that is longer counts as whole. */
export function chainFrom(fat: Uint32Array, first: number, most: number): Chain {
  const clusters: number[] = [];
  let cluster = first;
  while (clusters.length < most) {
    if (cluster >= fat.length && clusters.length > 0) return { clusters, end: 'whole' };
    if (cluster < 2 || cluster >= fat.length) return { clusters, end: 'broken' };
    // No chain has more clusters than there are: it has met itself.
    if (clusters.length > fat.length) return { clusters, end: 'loop' };
    clusters.push(cluster);
    cluster = fat[cluster] ?? 0;
  }
  return { clusters, end: 'whole' };
}

/** The length of the chain from each cluster on, in clusters; endless where it meets itself. Looks at each cluster once. */
export function chainLengths(fat: Uint32Array): Float64Array {
  const length = new Float64Array(fat.length);
  const walked = new Uint32Array(fat.length);
  for (let start = 2; start < fat.length; start++) {
    const path: number[] = [];
    let cluster = start;
    while (cluster >= 2 && cluster < fat.length && length[cluster] === 0 && walked[cluster] !== start) {
      walked[cluster] = start;
      path.push(cluster);
      cluster = fat[cluster] ?? 0;
    }
    let known = length[cluster] ?? 0;
    if (known === 0 && walked[cluster] === start) known = Infinity;
    for (const on of path.toReversed()) length[on] = ++known;
  }
  return length;
}

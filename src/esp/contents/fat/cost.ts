/** What files and folders take up in a volume, before one is built. */
import type { NewFile } from '../file-system.ts';
import type { FatGeometry } from './geometry.ts';
import { ENTRY } from './geometry.ts';
import { foldedName } from './names.ts';
import { entriesFor, storedName } from './short-names.ts';

/** A folder as it fills up. */
interface Filling {
  readonly shortNames: Set<string>;
  readonly isRoot: boolean;
  slots: number;
}

/** Clusters in all, for each file those of its data, of the folders that it makes necessary, and of those that it makes grow. */
export interface Costs {
  readonly total: number;
  readonly each: readonly number[];
}

/** Counts the clusters that files take up if they are added in this order. */
export function clustersFor(
  files: readonly Pick<NewFile, 'path' | 'kind' | 'data'>[],
  { clusterSize, bits }: Pick<FatGeometry, 'clusterSize' | 'bits'>,
): Costs {
  const isFixed = bits !== 32;
  const folders = new Map<string, Filling>([['', { shortNames: new Set(), isRoot: true, slots: 0 }]]);
  const names = new Set<string>();
  const clustersOf = ({ isRoot, slots }: Filling): number =>
    isRoot && isFixed ? 0 : Math.max(1, Math.ceil((slots * ENTRY) / clusterSize));

  /** The clusters by which a folder grows with one more name. */
  const enter = (folder: Filling, name: string): number => {
    const before = clustersOf(folder);
    const stored = storedName(name, folder.shortNames);
    folder.shortNames.add(String.fromCharCode(...stored.short));
    folder.slots += entriesFor(name, stored);
    return clustersOf(folder) - before;
  };

  const each = files.map(({ path, kind, data }) => {
    const parts = path.split('/').slice(1);
    let clusters = 0;
    let above = '';
    for (const [i, name] of parts.entries()) {
      const here = `${above}/${foldedName(name)}`;
      const isFolder = i < parts.length - 1 || kind === 'folder';
      const folder = folders.get(above);
      if (folder !== undefined && !names.has(here)) {
        clusters += enter(folder, name);
        names.add(here);
        if (isFolder) {
          const made: Filling = { shortNames: new Set(), isRoot: false, slots: 2 };
          folders.set(here, made);
          clusters += clustersOf(made);
        }
      }
      above = here;
    }
    return clusters + (kind === 'file' ? Math.ceil(data.length / clusterSize) : 0);
  });
  const root = folders.get('');
  const first = root === undefined || isFixed ? 0 : 1;
  return { total: each.reduce((sum, clusters) => sum + clusters, first), each };
}

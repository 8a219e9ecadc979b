/** Opens a LittleFS over bytes that are read piece by piece: metadata first, files when they are asked for. */
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import type { Finding } from '../../../flash/finding.ts';
import { bytes as sizeText } from '../../../flash/finding.ts';
import { count } from '../../../flash/english.ts';
import type { OpenFileSystem } from '../file-system.ts';
import { noFile } from '../refusals.ts';
import { blockValues, littleFsFinding, placeAt } from './findings.ts';
import type { Mounted } from './mount.ts';
import { mount } from './mount.ts';
import { readCtz } from './read-ctz.ts';
import { readFrom } from './reading.ts';
import { versionText } from './superblock.ts';
import { TYPE } from './tags.ts';
import type { Tree } from './tree.ts';
import { readTree, usedBlocks } from './tree.ts';

/** An opened LittleFS with what editing needs to know beyond its tree. */
export interface OpenLittleFs extends OpenFileSystem {
  /** Null where the superblock is lost. */
  readonly mounted: Mounted | null;
  readonly files: Tree | null;
}

/** What is said about the superblock's size beside the partition's. */
function sizeFindings({ superblock }: Mounted, partition: number): Finding[] {
  const says = superblock.blockCount * superblock.blockSize;
  if (says === partition) return [];
  const kind = says > partition ? 'littlefs-larger' : 'littlefs-smaller';
  return [littleFsFinding(kind, placeAt(0), { says, has: partition })];
}

/** What is said about a pending move and orphans. */
function stateFindings({ state, reader }: Mounted): Finding[] {
  const found: Finding[] = [];
  if (state.orphans) found.push(littleFsFinding('littlefs-orphans', placeAt(0)));
  if (state.move !== null) {
    const { id, pair } = state.move;
    const place = placeAt(pair[0] * reader.blockSize);
    found.push(littleFsFinding('littlefs-pending-move', place, { id, ...blockValues(pair[0], reader.blockSize) }));
  }
  return found;
}

/** A superblock that is lost: no files, and the reason. */
function lost(blockSize: number, partition: number): OpenLittleFs {
  const finding = littleFsFinding('littlefs-no-superblock', placeAt(0), { first: 0, second: 1 });
  return {
    mounted: null,
    files: null,
    tree: {
      kind: 'files',
      format: 'LittleFS',
      details: `blocks of ${sizeText(blockSize)}`,
      entries: [],
      usedBytes: 0,
      totalBytes: partition,
      findings: [finding],
    },
    readFile: noFile,
  };
}

/** Opens a LittleFS; null if the bytes are none. Rejects only if the bytes themselves cannot be had. */
export async function openLittleFs(bytes: PartitionBytes): Promise<OpenLittleFs | null> {
  const mounted = await readFrom(bytes, mount(bytes.size));
  if (mounted === null) return null;
  if ('lost' in mounted) return lost(mounted.lost, bytes.size);
  const { superblock, reader } = mounted;
  const files = await readFrom(bytes, readTree(mounted));
  const known = new Map(files.entries.map((entry) => [entry.path, entry]));
  const { blockSize } = reader;
  const blocks = `${count(superblock.blockCount, 'block')} of ${sizeText(blockSize)}`;
  return {
    mounted,
    files,
    tree: {
      kind: 'files',
      format: 'LittleFS',
      details: `version ${versionText(superblock.version)}, ${blocks}`,
      entries: files.entries.map(({ path, kind, size, modified }) => ({ path, kind, size, modified })),
      usedBytes: usedBlocks(mounted) * blockSize,
      totalBytes: superblock.blockCount * blockSize,
      findings: [
        ...sizeFindings(mounted, bytes.size),
        ...stateFindings(mounted),
        ...mounted.findings,
        ...files.findings,
      ],
    },
    readFile: async (path) => {
      const entry = known.get(path);
      if (entry?.kind !== 'file' || !entry.opens) return noFile(path);
      if (entry.struct.type !== TYPE.ctzStruct) return entry.struct.data.slice();
      return (await readFrom(bytes, readCtz(mounted, entry))).data;
    },
  };
}

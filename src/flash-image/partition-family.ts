/** What is known of a partition that is alone in a file: its content, and what edits make of it. There is no board around it. */
import { partsHere } from '../esp/arrange/edited.ts';
import { contentRefusal } from '../esp/contents/refusals.ts';
import { rewriteEach, rewriting } from '../esp/contents/rewrite.ts';
import { editEspStored, openEspStored, rowOfStored } from '../esp/contents/stored.ts';
import type { Arrangement, Request } from '../flash/arrangement.ts';
import { contentOf, imageIn } from '../flash/arrangement.ts';
import { count } from '../flash/english.ts';
import type { Recognised, Source, Unpacked, UnpackOptions } from '../flash/dropped-file.ts';
import type { Family, Inspection } from '../flash/family.ts';
import { fatesOf } from '../flash/fates.ts';
import { bytes } from '../flash/finding.ts';
import { blankSegments } from '../flash/image.ts';
import type { Partition } from '../flash/layout.ts';
import { LARGEST_FLASH, regionRange } from '../flash/map.ts';
import type { PartitionListing } from '../flash/partition-contents.ts';
import { imageBytes } from '../flash/partition-contents.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import { looksLike } from '../formats/not-firmware.ts';
import { shown } from '../formats/words.ts';
import type { ReadFile } from '../import/packed.ts';
import { Budget, fileOnDisk, readWhole } from '../import/packed.ts';
import type { ImageTarget } from './image-target.ts';

const BOOT = { expected: null, says: 'Nothing starts: it is a partition and no board.' } as const;

/** The family of partitions in files. */
export const partitionFamily: Family<Inspection, ImageTarget> = {
  inspect: async (target, cancel) => {
    const [identity, map] = [await target.identify(), await target.readMap()];
    const [region] = map.regions;
    if (region === undefined) throw new RangeError('a partition without bytes');
    const range = regionRange(region);
    const { listing } = await openEspStored({
      bytes: imageBytes(await target.read(range, { cancel })),
      type: null,
      keys: null,
    });
    const name = identity.file?.name.replace(/\.[^.]*$/, '') ?? 'partition';
    const partition = { ...range, name, ...roleOf(listing) };
    return {
      identity,
      layout: { map, partitions: [partition], guards: [], ciphered: [] },
      contents: [{ ...range, ...wordsOf(listing) }],
      findings: [],
      boot: null,
      examinable: null,
      protections: [],
      settings: [],
      saves: [],
    };
  },
  choose: (board) => board,
  unpack: unpackPlain,
  identify: ({ data }) => recognised(data),
  arrange,
  openContents: (board, range, bytesOf, yieldNow) =>
    openEspStored({ bytes: bytesOf(range), type: typeOf(board), keys: null }, yieldNow),
  openStored: openEspStored,
  editStored: editEspStored,
  rewriteContents: ({ contents = [] }, board, read, yieldNow) =>
    rewriteEach(contents, async (edited) => {
      const image = await read(edited.range);
      return rewriting(image, edited, await rowOfStored(typeOf(board), imageBytes(image)), { keys: null, yieldNow });
    }),
  restore: () => ({ ranks: [], commits: [], boot: BOOT }),
  bootJudge: () => ({ hear: () => null, end: () => null }),
};

/** Files as they are, within what one drop may read: nothing here is packed. */
async function unpackPlain(
  sources: readonly Source[],
  _board: Inspection,
  { yieldNow = NEVER_YIELD }: UnpackOptions = {},
): Promise<Unpacked> {
  const budget = new Budget({ largest: LARGEST_FLASH, together: LARGEST_FLASH });
  const read: ReadFile[] = [];
  for (const source of sources) {
    const file = fileOnDisk(source);
    read.push(await readWhole(file, file.path, { budget, yieldNow }));
  }
  const parts = read.flatMap((each) => ('file' in each ? [each.file] : []));
  const left = read.flatMap((each) => ('left' in each ? [each.left] : []));
  return { container: null, says: '', parts, left, findings: [] };
}

/** Files have no place here: what is dropped goes into the file system in the view of its contents. */
function arrange({ files, erase = [], rewritten = [] }: Request, board: Inspection): Arrangement {
  const { layout, contents } = board;
  const parts = rewritten.map((content) => partsHere(content, board));
  const content = contentOf(
    [],
    [...parts.flatMap(({ segments, madeAnew }) => [...segments, ...madeAnew]), ...blankSegments(layout.map, erase)],
  );
  const edited = parts.flatMap(({ fates }) => fates);
  return {
    placements: files.map(({ file }) => ({
      file,
      recognised: recognised(file.data),
      choices: [],
      chosen: null,
      choice: null,
      picking: null,
    })),
    content,
    layout,
    fates: fatesOf({ before: layout, after: layout, contents, image: imageIn(content), edited }),
    boot: BOOT,
    refusals: [
      ...files.map(({ file }) =>
        contentRefusal('no-place-in-partition', { in: 'file', name: file.name }, { file: shown(file) }),
      ),
      ...parts.flatMap(({ refusals }) => refusals),
    ],
    saves: [],
    ranks: [],
    commits: [],
  };
}

function recognised(data: Uint8Array): Recognised {
  return { kind: 'data', says: `Data of ${bytes(data.length)}: ${looksLike(data).says}.`, findings: [] };
}

/** The type under which its format is looked for first; null where it is only explained. */
function typeOf({ layout }: Inspection): string | null {
  const [partition] = layout.partitions;
  return partition === undefined || partition.role === 'data' ? null : partition.type;
}

function roleOf(listing: PartitionListing): Pick<Partition, 'role' | 'type' | 'wifi'> {
  switch (listing.kind) {
    case 'settings':
      return { role: 'settings', type: 'data, nvs', wifi: true };
    case 'files':
      return { role: 'files', type: `data, ${listing.format.toLowerCase()}` };
    case 'explained':
    case 'unknown':
      return { role: 'data', type: 'data' };
  }
}

function wordsOf(listing: PartitionListing): { readonly kind: string; readonly says: string; readonly brief: string } {
  switch (listing.kind) {
    case 'settings': {
      const settings = count(listing.settings.length, 'setting');
      return { kind: 'nvs', says: `Settings (NVS): ${settings}.`, brief: settings };
    }
    case 'files': {
      const { format, entries } = listing;
      const files = count(entries.filter(({ kind }) => kind === 'file').length, 'file');
      return { kind: format.toLowerCase(), says: `A ${format} file system with ${files}.`, brief: format };
    }
    case 'explained':
      return { kind: 'data', says: listing.says, brief: listing.format };
    case 'unknown':
      return { kind: 'unknown', says: 'Unrecognised data.', brief: 'data' };
  }
}

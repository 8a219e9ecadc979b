/** Opens a file that holds one partition of an Espressif board, with settings, files or what explains itself, without its board. */
import { openEspStored } from '../esp/contents/stored.ts';
import { UNIT } from '../esp/flash-geometry.ts';
import { bytes } from '../flash/finding.ts';
import type { PartitionListing } from '../flash/partition-contents.ts';
import { imageBytes } from '../flash/partition-contents.ts';
import { isFilledWith } from '../formats/binary.ts';
import { espFlash } from './open-esp.ts';
import { ImageTarget } from './image-target.ts';
import type { ImageFile, ImageOf } from './opened-image.ts';
import { partitionFamily } from './partition-family.ts';
import { flashFile } from './flash-file.ts';

/** What `explain` calls the formats that are not opened here. */
const ELSEWHERE: readonly string[] = ['App', 'Blank'];

/** Opens a file as one partition; null if nothing that is known by itself is in it. */
export async function openPartitionFile({
  name,
  data,
  size,
  facts = [],
}: ImageFile): Promise<ImageOf<'partition'> | null> {
  if (data.length % UNIT !== 0 || isFilledWith(data, 0xff)) return null;
  const { listing } = await openEspStored({ bytes: imageBytes(data), type: null, keys: null });
  const what = whatIsIn(listing);
  if (what === null) return null;
  const flash = espFlash(data, data.length);
  const identity = {
    family: 'partition',
    chip: `${what} partition`,
    revision: '',
    key: null,
    facts: [{ name: 'File', value: name }, { name: 'Size', value: bytes(data.length) }, ...facts],
    file: { name, size: size ?? data.length, partition: true },
  } as const;
  const device = new ImageTarget({ flash, identity, file: flashFile(name, flash, null) });
  return { kind: 'partition', family: partitionFamily, device };
}

function whatIsIn(listing: PartitionListing): string | null {
  if (listing.kind === 'unknown') return null;
  // An app is dropped where it is flashed, and what begins with erased bytes may be anything.
  return listing.kind === 'explained' && ELSEWHERE.includes(listing.format) ? null : listing.format;
}

/** Makes recovery bundles: from the bytes of a board or its backup, or from what a build comes to on a board. */
import { bytes } from '../flash/finding.ts';
import type { Hashes } from '../flash/hash.ts';
import type { Image, Segment } from '../flash/image.ts';
import { imageWithin, segmentRange } from '../flash/image.ts';
import type { Layout } from '../flash/layout.ts';
import { partitionAt } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import {
  erasedByteOf,
  overlaps,
  rangeEnd,
  regionOf,
  unitsTouching,
  without,
  neighbours,
  spanOf,
  sizeOf,
} from '../flash/map.ts';
import type { Identity } from '../flash/target.ts';
import { hexOf, isFilledWith, joinBytes } from '../formats/binary.ts';
import { readJson } from '../formats/json.ts';
import { writeZip } from '../formats/zip-write.ts';
import { bundleFailure } from './failures.ts';
import { neededUpTo } from './fit.ts';
import type { BundleManifest } from './manifest.ts';
import {
  FORMAT,
  LARGEST_MANIFEST,
  LONGEST_NAME,
  LONGEST_NOTES,
  MANIFEST,
  manifestText,
  readManifest,
  SIGNATURE,
  VERSION,
} from './manifest.ts';
import { signatureFile } from './signature.ts';

/**
 * What a bundle is made of: the board, its layout, and bytes for it. Of what was read from a `board`, chosen partitions go in
 * whole; of a `build`, exactly what it has for them.
 */
export interface BundleSource {
  readonly of: 'board' | 'build';
  readonly identity: Pick<Identity, 'family' | 'chip'>;
  readonly layout: Layout;
  readonly image: Image;
}

/** What its maker wants of it. */
export interface BundleRequest {
  readonly name: string;
  readonly notes: string;
  /** Partitions that go in, by their ranges; everything else of a target stays as it is. */
  readonly parts: readonly Range[];
}

/** The same, and the public half of the key that signs it, in hex; null if nobody does. */
export interface SignedBundleRequest extends BundleRequest {
  readonly sign: string | null;
}

/** What making a bundle needs: hash functions, the program (`Sectorwise 0.1.0`), the date in ms since 1970, and other tasks. */
export interface BundleTools {
  readonly hashes: Pick<Hashes, 'sha256'>;
  readonly app: string;
  readonly now: number;
  readonly turn: () => Promise<void>;
}

/** How many bytes are compressed at once: a few milliseconds of work. */
const SLICE = 128 << 10;

/**
 * Makes a bundle; with `seed`, the private half of a key, it is signed. Rejects with a `Failure` of `BUNDLE_FAILURES` if bytes
 * of a chosen partition are not known, or are encrypted.
 */
export async function makeBundle(
  source: BundleSource,
  request: BundleRequest,
  tools: BundleTools,
  seed: Uint8Array | null,
): Promise<Uint8Array<ArrayBuffer>> {
  mustBeShort(request);
  const parts = request.parts.flatMap((range) => partsOf(source, range));
  const taken = new Set<string>();
  const named = parts.map((part) => ({ ...part, file: freeName(part, taken) }));
  const images = named.map(({ file, name, region, address, data }) => ({
    file,
    name,
    region,
    address,
    size: data.length,
    sha256: hexOf(tools.hashes.sha256(data)),
  }));
  if (images.length === 0) throw bundleFailure('bundle-empty');
  const { layout, identity } = source;
  const partitions = layout.partitions
    .filter(({ region, address, size }) => size > 0 && contained(layout, { region, address, size }))
    .map(({ name, role, type, region, address, size }) => ({ name, role, type, region, address, size }));
  const ends = new Map<string, number>();
  const own = partitions.filter((partition) => images.some(({ region }) => region === partition.region));
  for (const range of [...images, ...own])
    ends.set(range.region, Math.max(ends.get(range.region) ?? 0, rangeEnd(range)));
  const manifest: BundleManifest = {
    format: FORMAT,
    version: VERSION,
    app: tools.app,
    made: new Date(tools.now).toISOString(),
    name: request.name,
    notes: request.notes,
    targets: [{ family: identity.family, chip: identity.chip, flash: neededUpTo(layout.map, ends) }],
    partitions,
    images,
  };
  const text = manifestText(manifest);
  mustBeReadable(text);
  const files = [
    { name: MANIFEST, data: text },
    ...(seed === null ? [] : [{ name: SIGNATURE, data: await signatureFile(text, seed) }]),
    ...named.map(({ file, data }) => ({ name: file, data })),
  ];
  return zipped(files, tools);
}

/** The files of a bundle with another signature of the same manifest. */
export async function signBundle(
  files: readonly { readonly name: string; readonly data: Uint8Array }[],
  seed: Uint8Array,
  tools: Pick<BundleTools, 'now' | 'turn'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const manifest = files.find(({ name }) => name === MANIFEST);
  if (manifest === undefined) throw new RangeError('no manifest to sign');
  const signature = { name: SIGNATURE, data: await signatureFile(manifest.data, seed) };
  const others = files.filter(({ name }) => name !== MANIFEST && name !== SIGNATURE);
  return zipped([manifest, signature, ...others], tools);
}

function zipped(
  files: readonly { readonly name: string; readonly data: Uint8Array }[],
  { now, turn }: Pick<BundleTools, 'now' | 'turn'>,
): Promise<Uint8Array<ArrayBuffer>> {
  return writeZip(
    files.map(({ name, data }) => ({ name, modified: now, data: () => data })),
    { level: 6, piece: SLICE },
    turn,
  );
}

/** A file that cannot be read back is worse than none. */
function mustBeReadable(text: Uint8Array): void {
  const json = readJson(text, LARGEST_MANIFEST);
  if (json.kind !== 'object') throw new RangeError('the manifest of the new bundle is too large');
  readManifest(json.object, (where, what) => new RangeError(`in the new bundle, ${where}: ${what}`));
}

function mustBeShort({ name, notes }: BundleRequest): void {
  if (name.length > LONGEST_NAME)
    throw bundleFailure('bundle-too-long', { values: { what: 'name', limit: LONGEST_NAME } });
  if (notes.length > LONGEST_NOTES)
    throw bundleFailure('bundle-too-long', { values: { what: 'text of notes', limit: LONGEST_NOTES } });
}

function contained({ map }: Layout, { region, address, size }: Range): boolean {
  const units = unitsTouching(regionOf(map, region), address, size);
  return sizeOf(units) >= size;
}

interface Part extends Range {
  readonly name: string;
  readonly data: Uint8Array;
}

/**
 * What goes in of one partition: all its bytes, of apps and bootloaders only the erase units up to the last one that is not
 * erased; of a build, exactly its pieces.
 */
function partsOf({ of, layout, image }: BundleSource, range: Range): Part[] {
  const partition = partitionAt(layout, range);
  if (partition === undefined) throw new RangeError('a part that is no partition');
  const { name, role, region, address } = partition;
  if (layout.ciphered.some((each) => overlaps(each, partition)))
    throw bundleFailure('bundle-ciphered', { values: { what: name } });
  const pieces = imageWithin(image, partition);
  if (of === 'build') return joined(pieces).map((piece) => ({ ...piece, name }));
  const lacks = sizeOf(without(partition, pieces.map(segmentRange)));
  if (lacks > 0) throw bundleFailure('bundle-unreadable', { values: { what: name, missing: bytes(lacks) } });
  const data = new Uint8Array(partition.size);
  for (const piece of pieces) data.set(piece.data, piece.address - address);
  const used = role === 'app' || role === 'boot' || role === 'data' ? withoutErasedEnd(layout, partition, data) : data;
  return used.length === 0 ? [] : [{ name, region, address, size: used.length, data: used }];
}

/** Segments as ranges with their bytes, those that meet as one. */
function joined(segments: readonly Segment[]): Omit<Part, 'name'>[] {
  const parts = segments.map((segment) => ({ ...segmentRange(segment), data: segment.data }));
  return neighbours(parts).map((run) => ({ ...spanOf(run), data: joinBytes(run.map(({ data }) => data)) }));
}

/** The bytes up to the last erase unit that holds something. */
function withoutErasedEnd({ map }: Layout, { region, address, size }: Range, data: Uint8Array): Uint8Array {
  const erased = erasedByteOf(map, region);
  const units = unitsTouching(regionOf(map, region), address, size);
  const last = units.findLast((unit) => {
    const from = Math.max(0, unit.address - address);
    return !isFilledWith(data.subarray(from, unit.address + unit.size - address), erased);
  });
  return last === undefined ? data.subarray(0, 0) : data.subarray(0, Math.min(size, rangeEnd(last) - address));
}

/** A file name that is valid on every file system and unique, also where case does not count. */
function freeName({ name, address }: Part, taken: Set<string>): string {
  const plain =
    name
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 40) || 'part';
  const base = `${plain}-0x${address.toString(16)}`;
  let free = base;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${base}-${n}`;
  taken.add(free.toLowerCase());
  return `${free}.bin`;
}

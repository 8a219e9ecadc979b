/** The manifest of a recovery bundle: which boards it is for, their layout, and a SHA-256 for each image. */
import { plainCharacters, plainName } from '../flash/names.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Partition } from '../flash/layout.ts';
import { PARTITION_ROLES } from '../flash/layout.ts';
import type { EraseRun, Range } from '../flash/map.ts';
import { ADDRESS_END, LARGEST_FLASH, MOST_UNITS, overlaps, regionSize, sizeOf } from '../flash/map.ts';
import { Field } from '../formats/field.ts';
import type { JsonObject } from '../formats/json.ts';

/** The format name that every manifest of a bundle has. */
export const FORMAT = 'sectorwise-bundle';
/** The version that this app writes and reads. */
export const VERSION = 1;
/** The files of a bundle besides its images; none is in a folder. */
export const MANIFEST = 'manifest.json';
/** The file with the signature of the manifest's bytes. */
export const SIGNATURE = 'signature.json';
/** The largest manifest, in bytes: one with the most images and partitions has a tenth of it. */
export const LARGEST_MANIFEST = 1 << 20;
/** The most images and the most partitions: a partition table of an ESP has room for 95 rows. */
const MOST = 128;
const MOST_TARGETS = 16;
const MOST_REGIONS = 16;
const MOST_RUNS = 64;
/** The longest name and the longest notes, in UTF-16 units. */
export const LONGEST_NAME = 200;
/** See `LONGEST_NAME`. */
export const LONGEST_NOTES = 4000;

/** Flash that a board must have: a region with its start, and erase units of these sizes from there on. It may have more. */
export interface NeededFlash {
  readonly region: string;
  readonly start: number;
  readonly runs: readonly EraseRun[];
}

/** One kind of board that a bundle fits. `chip` is what the board reports: `ESP32-S3`, or the USB product of a DFU device. */
export interface BundleTarget {
  readonly family: string;
  readonly chip: string;
  readonly flash: readonly NeededFlash[];
}

/** Bytes for one range, and the file that holds exactly them. */
export interface BundleImage extends Range {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
}

/** A partition of the layout that the bundle was made for. */
export type BundlePartition = Omit<Partition, 'wifi' | 'byType' | 'system'>;

/** `manifest.json`: addresses and sizes in bytes, digests in lower-case hex, the time in ISO 8601. */
export interface BundleManifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** The program that made it, and its version. */
  readonly app: string;
  readonly made: string;
  readonly name: string;
  readonly notes: string;
  readonly targets: readonly BundleTarget[];
  readonly partitions: readonly BundlePartition[];
  readonly images: readonly BundleImage[];
}

/** Makes the error for a wrong value, from its place and what is wrong with it. */
export type ManifestError = (where: string, what: string) => Error;

/** The version that a manifest says; null if that is no number. */
export function versionOf({ version }: JsonObject): number | null {
  return typeof version === 'number' ? version : null;
}

/**
 * A name of a file as bundles have them: a name and never a path, the same on every file system. `CON` and its like are no
 * danger, because files of a bundle are never written under their names.
 */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && name !== MANIFEST && name !== SIGNATURE;
}

/** Reads and checks every part of a manifest of this version. Throws what `complain` makes. */
export function readManifest(object: JsonObject, complain: ManifestError): BundleManifest {
  const root = new Field(object, '', (where, what) => complain(where === '' ? 'its whole' : where, what));
  if (root.at('format').value !== FORMAT) throw root.at('format').wrong(`expected ${FORMAT}`);
  const targets = root.at('targets').list(MOST_TARGETS).map(readTarget);
  if (targets.length === 0) throw root.at('targets').wrong('the list is empty');
  const partitions = root.at('partitions').list(MOST).map(readPartition);
  const images = root.at('images').list(MOST).map(readImage);
  if (images.length === 0) throw root.at('images').wrong('the list is empty');
  const names = images.map(({ file }) => file.toLowerCase());
  if (new Set(names).size < names.length) throw root.at('images').wrong('two of them are in the same file');
  const size = sizeOf(images);
  if (size > LARGEST_FLASH)
    throw root.at('images').wrong(`they have ${bytes(size)}, and no flash is larger than ${bytes(LARGEST_FLASH)}`);
  mustBeApart(images, root.at('images'));
  for (const target of targets) mustHold(target, images, root.at('images'));
  return {
    format: FORMAT,
    version: VERSION,
    app: plainName(root.at('app').text(LONGEST_NAME)),
    made: new Date(root.at('made').time()).toISOString(),
    name: plainName(root.at('name').text(LONGEST_NAME)),
    notes: readNotes(root.at('notes')),
    targets,
    partitions,
    images,
  };
}

/** The text of a manifest, as it is signed. */
export function manifestText(manifest: BundleManifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
}

/** Notes may have several lines, and nothing else that cannot be seen. */
function readNotes(field: Field): string {
  return field.text(LONGEST_NOTES).split(/\r?\n/).map(plainCharacters).join('\n');
}

function readTarget(field: Field): BundleTarget {
  const flash = field.at('flash').list(MOST_REGIONS).map(readFlash);
  const units = flash.flatMap(({ runs }) => runs).reduce((sum, { count }) => sum + count, 0);
  if (units > MOST_UNITS) throw field.at('flash').wrong(`${units} erase units are too many, ${MOST_UNITS} is the most`);
  return {
    family: field.at('family').text(LONGEST_NAME),
    chip: plainName(field.at('chip').text(LONGEST_NAME)),
    flash,
  };
}

function readFlash(field: Field): NeededFlash {
  return {
    region: field.at('region').text(LONGEST_NAME),
    start: field.at('start').whole(0, ADDRESS_END - 1),
    runs: field
      .at('runs')
      .list(MOST_RUNS)
      .map((run) => ({ count: run.at('count').whole(1, MOST_UNITS), size: run.at('size').whole(1, LARGEST_FLASH) })),
  };
}

function readRange(field: Field): Range {
  const address = field.at('address').whole(0, ADDRESS_END - 1);
  return {
    region: field.at('region').text(LONGEST_NAME),
    address,
    size: field.at('size').whole(1, ADDRESS_END - address),
  };
}

function readPartition(field: Field): BundlePartition {
  return {
    name: plainName(field.at('name').text(LONGEST_NAME)),
    role: field.at('role').oneOf(PARTITION_ROLES),
    type: plainName(field.at('type').text(LONGEST_NAME)),
    ...readRange(field),
  };
}

function readImage(field: Field): BundleImage {
  const file = field.at('file').text(LONGEST_NAME);
  if (!isFileName(file))
    throw field.at('file').wrong(`“${plainName(file, 60)}” is not the name of a file, as bundles have them`);
  return {
    file,
    name: plainName(field.at('name').text(LONGEST_NAME)),
    ...readRange(field),
    sha256: field.at('sha256').matching(/^[0-9a-f]{64}$/, 'SHA-256 in lower-case hex'),
  };
}

function mustBeApart(images: readonly BundleImage[], field: Field): void {
  for (const [i, image] of images.entries()) {
    const other = images.slice(0, i).find((each) => overlaps(each, image));
    if (other !== undefined) throw field.wrong(`${other.file} and ${image.file} are both for ${hex(image.address)}`);
  }
}

/** Every image lies in flash that the target asks a board for. */
function mustHold({ chip, flash }: BundleTarget, images: readonly BundleImage[], field: Field): void {
  for (const { name, region, address, size } of images) {
    const own = flash.find((each) => each.region === region);
    const end = own === undefined ? 0 : own.start + regionSize(own);
    if (own === undefined || address < own.start || address + size > end)
      throw field.wrong(`${name} at ${hex(address)} lies outside of the flash that the target ${chip} names`);
  }
}

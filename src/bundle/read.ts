/** Reads recovery bundles. Their origin is unknown: nothing in one is trusted, and none is used in part. */
import type { BundleFacts, BundleSigner, NamedPart } from '../flash/bundle-facts.ts';
import type { Finding } from '../flash/finding.ts';
import { bytes } from '../flash/finding.ts';
import type { Hashes } from '../flash/hash.ts';
import { overlaps } from '../flash/map.ts';
import type { YieldNow } from '../flash/yielding.ts';
import { inPieces, NEVER_YIELD } from '../flash/yielding.ts';
import { hexOf } from '../formats/binary.ts';
import { sha256InPieces } from '../formats/hashes.ts';
import { readJson } from '../formats/json.ts';
import type { BundleKind } from './findings.ts';
import { bundleFinding } from './findings.ts';
import type { BoardToFit } from './fit.ts';
import { misfitOf, targetInWords } from './fit.ts';
import type { BundleImage, BundleManifest } from './manifest.ts';
import { LARGEST_MANIFEST, MANIFEST, readManifest, SIGNATURE, VERSION, versionOf } from './manifest.ts';
import { LARGEST_SIGNATURE, signerOf } from './signature.ts';

/** A file of a bundle; `size` in bytes. `bytes` resolves with why it cannot be read where that is so. */
export interface BundleFile {
  readonly name: string;
  readonly size: number;
  bytes(): Promise<Uint8Array | string>;
}

/** A bundle that is whole, and whose signature is right if it has one. */
export interface Bundle {
  readonly manifest: BundleManifest;
  readonly signer: BundleSigner;
  readonly images: readonly (BundleImage & { readonly data: Uint8Array })[];
  /** Names of files that the manifest does not list: they are not used. */
  readonly others: readonly string[];
}

/** A bundle, or why nothing of it is used. */
export type BundleReading =
  { readonly kind: 'bundle'; readonly bundle: Bundle } | { readonly kind: 'refused'; readonly finding: Finding };

/** How many hex digits of a digest are shown. */
const SHOWN = 16;

class Fault extends Error {
  constructor(
    readonly why: BundleKind,
    readonly values: Readonly<Record<string, string | number>>,
    readonly part: string,
  ) {
    super(why);
  }
}

/**
 * Reads the files of a bundle, and checks every byte of what it lists before any is handed out. `name` is that of the bundle.
 * Rejects only as reading its files and `yieldNow` do.
 */
export async function readBundle(
  name: string,
  files: readonly BundleFile[],
  hashes: Pick<Hashes, 'sha256'>,
  yieldNow: YieldNow = NEVER_YIELD,
): Promise<BundleReading> {
  try {
    return { kind: 'bundle', bundle: await readAll(files, hashes, yieldNow) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { why, values, part } = error;
    const place = { in: 'file', name: part === '' ? name : part } as const;
    return { kind: 'refused', finding: bundleFinding(why, place, values) };
  }
}

async function readAll(
  files: readonly BundleFile[],
  hashes: Pick<Hashes, 'sha256'>,
  yieldNow: YieldNow,
): Promise<Bundle> {
  const byName = new Map<string, BundleFile>();
  for (const file of files) {
    if (byName.has(file.name)) throw damaged(`it has two files named ${file.name}`, file.name);
    byName.set(file.name, file);
  }
  const text = await needed(byName, MANIFEST, LARGEST_MANIFEST);
  const json = readJson(text, LARGEST_MANIFEST);
  if (json.kind !== 'object')
    throw damaged(json.kind === 'damaged' ? `in ${MANIFEST}, ${json.what}` : `${MANIFEST} is not an object`, MANIFEST);
  const version = versionOf(json.object);
  if (version !== null && version !== VERSION) throw new Fault('bundle-version', { version, reads: VERSION }, MANIFEST);
  if (version === null) throw wrong('version', 'expected a whole number');
  const manifest = readManifest(json.object, wrong);
  const signer = byName.has(SIGNATURE)
    ? await signerOf(await needed(byName, SIGNATURE, LARGEST_SIGNATURE), text, hashes)
    : null;
  // Before any image is unpacked: what is not signed as it says is not looked at.
  if (typeof signer === 'string') throw new Fault('bundle-signature-wrong', { what: signer }, SIGNATURE);
  const images: Bundle['images'][number][] = [];
  for (const image of manifest.images) {
    const listed = byName.get(image.file);
    if (listed === undefined) throw damaged(`${image.file} is missing`, MANIFEST);
    if (listed.size !== image.size)
      throw damaged(`${image.file} has ${bytes(listed.size)}, and should have ${bytes(image.size)}`, image.file);
    const data = await needed(byName, image.file, image.size);
    const sha256 = hexOf(await inPieces(sha256InPieces(data), yieldNow));
    if (sha256 !== image.sha256) {
      const values = { file: image.file, computed: sha256.slice(0, SHOWN), listed: image.sha256.slice(0, SHOWN) };
      throw new Fault('bundle-changed', values, image.file);
    }
    images.push({ ...image, data });
  }
  const own = new Set([MANIFEST, SIGNATURE, ...manifest.images.map(({ file }) => file)]);
  return { manifest, signer, images, others: files.map(({ name }) => name).filter((name) => !own.has(name)) };
}

async function needed(files: ReadonlyMap<string, BundleFile>, name: string, most: number): Promise<Uint8Array> {
  const file = files.get(name);
  if (file === undefined) throw damaged(`${name} is missing`, '');
  if (file.size > most) throw damaged(`${name} has ${bytes(file.size)}, and at most ${bytes(most)} are read`, name);
  const data = await file.bytes();
  if (typeof data === 'string') throw damaged(`${name} cannot be read: ${data}`, name);
  // A file on disk may have changed since it was listed.
  if (data.length !== file.size) throw damaged(`${name} ends after ${bytes(data.length)}`, name);
  return data;
}

function damaged(what: string, part: string): Fault {
  return new Fault('bundle-damaged', { what }, part);
}

function wrong(where: string, what: string): Fault {
  return new Fault('bundle-wrong', { where: `${MANIFEST}, ${where}`, what }, MANIFEST);
}

/** What a bundle says and comes to on a board; on none, it misfits nothing. */
export function factsOfBundle(
  { manifest, signer }: Pick<Bundle, 'manifest' | 'signer'>,
  board: BoardToFit | null,
): BundleFacts {
  const { name, notes, made, targets, partitions, images } = manifest;
  const named = (part: NamedPart): NamedPart => ({ name: part.name, role: part.role, size: part.size });
  const isIncluded = (partition: BundleManifest['partitions'][number]) =>
    images.some((image) => overlaps(image, partition));
  const elsewhere = images.filter((image) => !partitions.some((partition) => overlaps(image, partition)));
  const included = [...partitions.filter(isIncluded), ...elsewhere.map((each) => ({ ...each, role: 'data' as const }))];
  // What the manifest calls its partitions does not decide what is on the board: its own settings are named if they are hit.
  const hit = (board?.layout.partitions ?? []).filter((own) => images.some((image) => overlaps(image, own)));
  const owned = hit.filter(({ role }) => role === 'settings' || role === 'protected');
  const more = owned.filter(
    (own) => !included.some(({ name: other, role }) => other === own.name && role === own.role),
  );
  return {
    name,
    notes,
    made: Date.parse(made),
    signer,
    targets: targets.map(targetInWords),
    misfit: board === null ? null : misfitOf(manifest, board),
    brings: [...included, ...more].map(named),
    keeps: partitions
      .filter((partition) => !isIncluded(partition) && !owned.some((own) => own.name === partition.name))
      .map(named),
  };
}

/** Recovery bundles in a drop: an archive or a folder with their manifest is used as a whole, or not at all. */
import { count } from '../flash/english.ts';
import type { BundleFacts } from '../flash/bundle-facts.ts';
import type { Source, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import { LARGEST_FLASH } from '../flash/map.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import { bundleFinding } from '../bundle/findings.ts';
import { FORMAT, LARGEST_MANIFEST, MANIFEST, SIGNATURE } from '../bundle/manifest.ts';
import type { Bundle, BundleFile, BundleReading } from '../bundle/read.ts';
import { factsOfBundle, readBundle } from '../bundle/read.ts';
import { HASHES } from '../formats/hashes.ts';
import { looksLikeZip } from '../formats/zip.ts';
import { openArchive } from './archive.ts';
import type { UnusedFile, Packed, Reads, UnpackContext } from './packed.ts';
import { baseName, Budget, folderOf, HEAD, nothingUsable, readWhole, wholeOf } from './packed.ts';

const CONTAINER = 'recovery bundle';
/** More files of this name than a release has. */
const MOST_MANIFESTS = 32;

/**
 * Reads a bundle that is one file, for no board in particular; null if the file is no ZIP archive with the manifest of a bundle.
 * Rejects only as `source` does.
 */
export async function readBundleFile(source: Source): Promise<BundleReading | null> {
  if (!looksLikeZip(await source.read(0, Math.min(HEAD, source.size)))) return null;
  const work: Reads = {
    budget: new Budget({ largest: LARGEST_FLASH, together: LARGEST_FLASH }),
    yieldNow: NEVER_YIELD,
  };
  const archive = await openArchive(source, work);
  if (archive.kind === 'damaged') return { kind: 'refused', finding: archive.finding };
  const manifest = await findBundle(archive.files, work);
  if (manifest === null) return null;
  return readBundle(
    source.path,
    beside(manifest, archive.files).map((file) => bundleFile(file, work)),
    HASHES,
  );
}

/** The files in the folder of a manifest. */
function beside(manifest: Packed, files: readonly Packed[]): readonly Packed[] {
  const folder = folderOf(manifest.path);
  return files.filter(({ path }) => folderOf(path) === folder);
}

/**
 * The manifest of a bundle among files, the outermost one; null if there is none. One that is damaged counts too, as far as it
 * can be told from its words or the signature beside it: it is refused, and its files are not used without it.
 */
export async function findBundle(files: readonly Packed[], work: Reads): Promise<Packed | null> {
  const depth = ({ path }: Packed) => path.split('/').length;
  // Other things have a manifest.json, too: one of them must not hide a bundle in another folder.
  for (const manifest of files
    .filter(({ path }) => baseName(path) === MANIFEST)
    .toSorted((a, b) => depth(a) - depth(b))
    .slice(0, MOST_MANIFESTS))
    if (await isOfBundle(manifest, files, work)) return manifest;
  return null;
}

async function isOfBundle(manifest: Packed, files: readonly Packed[], { budget, yieldNow }: Reads): Promise<boolean> {
  const folder = folderOf(manifest.path);
  if (files.some(({ path }) => path === folder + SIGNATURE)) return true;
  const isOne = (text: Uint8Array) => new TextDecoder().decode(text).includes(`"${FORMAT}"`);
  // Of one that is larger than any is read, the first bytes have to tell.
  if (manifest.size > LARGEST_MANIFEST || !budget.readList(manifest.size)) return isOne(await manifest.head());
  const opened = await manifest.open();
  if (opened.kind === 'closed') return false;
  return isOne(opened.data ?? (await wholeOf(opened.source, yieldNow)));
}

/** Unpacks the bundle with this manifest; `left` is what cannot be opened of the archive. */
export async function unpackBundle(
  manifest: Packed,
  files: readonly Packed[],
  left: readonly UnusedFile[],
  work: UnpackContext,
): Promise<Unpacked> {
  const folder = folderOf(manifest.path);
  const place = { in: 'file', name: folder === '' ? manifest.path : folder.slice(0, -1) } as const;
  // Where nobody can be asked, it is one of many files, and who signed which of their bytes could not be shown.
  if (work.asked === undefined) return refused(bundleFinding('bundle-among-others', place), place.name);
  const own = beside(manifest, files);
  const outside: UnusedFile[] = files.filter((file) => !own.includes(file)).map(({ path }) => unlisted(path));
  const reading = await readBundle(
    place.name,
    own.map((file) => bundleFile(file, work)),
    HASHES,
    work.yieldNow,
  );
  if (reading.kind === 'refused') return refused(reading.finding, place.name, left);
  const { bundle } = reading;
  const facts = factsOfBundle(bundle, work.rules.board);
  const others = [...left, ...outside, ...bundle.others.map((name) => unlisted(folder + name))];
  const why = facts.misfit ?? elsewhere(bundle, work);
  if (why !== null) {
    const finding = bundleFinding('bundle-for-another-board', place, { why });
    return { ...refused(finding, place.name, others), bundle: { ...facts, misfit: why } };
  }
  const parts = bundle.images.map(({ file, address, data }) => ({ name: file, data, at: address }));
  const says = `A recovery bundle with ${count(parts.length, 'part')} for this board.`;
  return { container: CONTAINER, says, parts, left: others, findings: findingsOf(facts, place), bundle: facts };
}

/** Why bytes would go to another memory than the one that the bundle names: addresses alone decide where files go. */
function elsewhere({ images }: Bundle, { rules }: UnpackContext): string | null {
  const lost = images.find(({ region, address }) => rules.regionAt(address) !== region);
  return lost === undefined
    ? null
    : `${lost.name} at ${hex(lost.address)} belongs in ${lost.region}, which Sectorwise writes only from a backup`;
}

function findingsOf({ signer, brings }: BundleFacts, place: Finding['place']): Finding[] {
  const settings = brings.filter(({ role }) => role === 'settings' || role === 'protected').map(({ name }) => name);
  const values = { fingerprint: signer?.fingerprint ?? '' };
  return [
    bundleFinding(signer === null ? 'bundle-unsigned' : 'bundle-signed', place, signer === null ? {} : values),
    ...(settings.length > 0 ? [bundleFinding('bundle-replaces-settings', place, { names: settings.join(', ') })] : []),
  ];
}

function bundleFile(packed: Packed, work: Reads): BundleFile {
  const name = baseName(packed.path);
  const read = async (): Promise<Uint8Array | string> => {
    const taken = await readWhole(packed, name, work);
    if ('file' in taken) return taken.file.data;
    return taken.finding === null ? taken.left.why : taken.finding.says.replace(/\.$/, '');
  };
  return { name, size: packed.size, bytes: read };
}

function refused(finding: Finding, name: string, left: readonly UnusedFile[] = []): Unpacked {
  const why = finding.says.replace(/\.$/, '');
  return nothingUsable(CONTAINER, 'A recovery bundle that is not used.', [{ name, why }, ...left], [finding]);
}

function unlisted(name: string): UnusedFile {
  return { name, why: 'not listed by the bundle' };
}

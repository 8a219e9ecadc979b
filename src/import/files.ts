/** Several files at once: a build if they form one, else each firmware file on its own. */
import { count } from '../flash/english.ts';
import type { DroppedFile, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { notFirmwareFinding, failedDownload } from '../formats/not-firmware.ts';
import type { Build } from './build.ts';
import { unpackBuilds } from './build.ts';
import { findBundle, unpackBundle } from './bundle.ts';
import { findBuilds, kindOf } from './find-builds.ts';
import type { UnusedFile, Packed, UnpackContext } from './packed.ts';
import { baseName, folderOf, nothingUsable } from './packed.ts';
import { withProject } from './project.ts';

const FIRMWARE = /\.(bin|img|hex|ihex|ihx|uf2|elf|axf|dfu|csv|zip)$/i;
/** The most files that are opened to see what they are; of more, only those named like firmware are. */
const FEW = 64;
/** The most unused files that are listed one by one. */
const BY_NAME = 8;
/** The most files of which it is said how they were unpacked: their parts are listed anyway. */
const MOST_SAID = 4;

/** Unpacks one file; handed in, so that archives and folders can contain each other. */
export type UnpackOne = (packed: Packed, work: UnpackContext) => Promise<Unpacked>;

/** Unpacks what was dropped together, or is in one archive. `left` is what cannot be opened. */
export async function unpackFiles(
  files: readonly Packed[],
  left: readonly UnusedFile[],
  work: UnpackContext,
  unpackOne: UnpackOne,
): Promise<Unpacked> {
  const bundle = await findBundle(files, work);
  if (bundle !== null) return unpackBundle(bundle, files, left, work);
  const project = (await work.rules.projectOf?.(files, work)) ?? null;
  if (project === null) return unpackFirmware(files, left, work, unpackOne);
  const read = new Set(project.read.map(({ file }) => file));
  const others = files.filter((file) => !read.has(file));
  const beside =
    others.length === 0 ? nothingUsable(null, '', left, []) : await unpackFirmware(others, left, work, unpackOne);
  return withProject(project, beside);
}

async function unpackFirmware(
  files: readonly Packed[],
  left: readonly UnusedFile[],
  work: UnpackContext,
  unpackOne: UnpackOne,
): Promise<Unpacked> {
  const { builds, damaged } = await findBuilds(files, work);
  if (builds.length > 0) {
    const unpacked = await unpackBuilds(builds, work);
    const findings = [...unpacked.findings, ...damaged.map(({ finding }) => finding)];
    return { ...unpacked, findings, left: [...unpacked.left, ...left, ...rest(files, builds, unpacked)] };
  }
  const broken = new Set(damaged.map(({ file }) => file));
  const others = files.filter((file) => !broken.has(file));
  const [only] = others;
  if (only !== undefined && files.length === 1 && work.depth === 0) return unpackOne(only, work);
  const lists = [...broken].map(({ path }) => ({ name: path, why: 'it is damaged' }));
  const each = await unpackEach(others, [...left, ...lists], work, unpackOne);
  return { ...each, findings: [...damaged.map(({ finding }) => finding), ...each.findings] };
}

/** The files that no build names: each, or one line for all of them, because a folder may have thousands. */
function rest(files: readonly Packed[], builds: readonly Build[], { left }: Unpacked): UnusedFile[] {
  const named = builds.flatMap(({ list, files: own }) => [list, ...own.map(({ file }) => file)]);
  const reported = new Set([...named.map((file) => file?.path), ...left.map(({ name }) => name)]);
  const others = files.filter(({ path }) => !reported.has(path));
  const why = 'not named by the build';
  return others.length <= BY_NAME
    ? others.map(({ path }) => ({ name: path, why }))
    : [{ name: `${others.length} other files`, why }];
}

/** Unpacks each file on its own. Files that were picked directly are always used; in folders and archives, only firmware. */
async function unpackEach(
  files: readonly Packed[],
  before: readonly UnusedFile[],
  work: UnpackContext,
  unpackOne: UnpackOne,
): Promise<Unpacked> {
  // Each may have builds of its own to choose from: nobody is asked about one of many files.
  const { asked: _asked, ...alone } = work;
  const picked = work.depth === 0 && files.every(({ path }) => folderOf(path) === '');
  const candidates = files.length <= FEW ? files : files.filter(({ path }) => FIRMWARE.test(path));
  const looked = candidates.slice(0, FEW);
  const parts: DroppedFile[] = [];
  const left: UnusedFile[] = [...before];
  const findings: Finding[] = [];
  const says: string[] = [];
  for (const file of looked) {
    await work.yieldNow();
    const why = picked ? null : (work.rules.neverOpened?.(file.path) ?? (await unopened(file, looked, work)));
    const { spent } = work.budget;
    if (spent !== null) {
      left.push({ name: file.path, why: `not opened: ${spent}` });
      continue;
    }
    if (why !== null) {
      left.push({ name: file.path, why });
      continue;
    }
    const head = await file.head();
    // Of an entry that cannot be unpacked there are no first bytes: opening it says why.
    const spoilt = picked || head.length === 0 ? null : failedDownload(head);
    if (spoilt !== null) {
      left.push({ name: file.path, why: spoilt.clause });
      const place = { in: 'file', name: file.path } as const;
      if (FIRMWARE.test(file.path)) findings.push(notFirmwareFinding(spoilt.kind, place, spoilt.values));
      continue;
    }
    const unpacked = await unpackOne(file, alone);
    for (const part of unpacked.parts) {
      await work.yieldNow();
      const foreign = picked || unpacked.container !== null ? null : work.rules.foreign(part);
      if (foreign === null) parts.push(part);
      else left.push({ name: part.name, why: foreign });
    }
    left.push(...unpacked.left);
    findings.push(...unpacked.findings);
    if (unpacked.says !== '') says.push(unpacked.says);
  }
  const more = files.length - looked.length;
  if (more > 0) left.push({ name: `${more} more files`, why: 'not opened: add the ones you want on their own' });
  const unsaid = says.splice(MOST_SAID).length;
  if (unsaid > 0) says.push(`${count(unsaid, 'more file')} ${unsaid === 1 ? 'was' : 'were'} unpacked.`);
  const isFolder = !picked && work.depth === 0;
  if (isFolder) says.unshift(parts.length === 0 ? 'A folder with nothing for this board.' : 'A folder.');
  return { container: isFolder ? 'folder' : null, says: says.join(' '), parts, left, findings };
}

/** Why a file among others is not opened at all; null if it may be firmware. */
async function unopened(file: Packed, all: readonly Packed[], { rules }: UnpackContext): Promise<string | null> {
  if (file.size === 0) return 'it is empty';
  const kind = kindOf(await file.head());
  const [stem, extension] = split(file.path);
  const rank = rankOf(kind === 'elf' ? 'elf' : extension, rules.forms);
  if (rank === Infinity) return null;
  const ranked = all
    .filter(({ path, size }) => path !== file.path && size > 0 && split(path)[0] === stem)
    .map(({ path }) => ({ path, rank: rankOf(split(path)[1], rules.forms) }));
  const [best] = ranked.toSorted((a, b) => a.rank - b.rank);
  return best === undefined || best.rank >= rank ? null : `the same firmware as ${baseName(best.path)}`;
}

function split(path: string): readonly [stem: string, extension: string] {
  const [, stem = path, extension = ''] = /^(.*)\.([a-z0-9]+)$/i.exec(path) ?? [];
  return [stem, extension.toLowerCase()];
}

function rankOf(extension: string, forms: readonly (readonly string[])[]): number {
  const rank = forms.findIndex((extensions) => extensions.includes(extension));
  return rank < 0 ? Infinity : rank;
}

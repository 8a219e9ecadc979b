/** Recognises what dropped files are: the kind of each by its first bytes, and builds by their lists, or by file names without one. */
import { looksLikeElf } from '../formats/elf.ts';
import { looksLikeDfuSe } from '../formats/dfu-file.ts';
import { looksLikeHex } from '../formats/intel-hex.ts';
import { looksLikeUf2 } from '../formats/uf2.ts';
import { looksLikeZip } from '../formats/zip.ts';
import type { Finding } from '../flash/finding.ts';
import type { Build } from './build.ts';
import { filesByPath } from './build.ts';
import { unpackFinding } from './findings.ts';
import { argsBuild, LARGEST_ARGS } from './flash-args.ts';
import { idfBuild, isIdfList } from './idf-build.ts';
import { LARGEST_JSON, readJson } from '../formats/json.ts';
import type { Packed, UnpackContext } from './packed.ts';
import { wholeOf } from './packed.ts';
import { isMeshtasticList, meshtasticBuild } from './meshtastic.ts';
import { isManifest, manifestBuilds } from './web-tools.ts';

/** Names of lists: in a folder of thousands of files, only these are opened to look for one. */
const LIST = /(^|\/)(flasher_args|[^/]*manifest[^/]*|[^/]+\.mt)\.json$/i;
const ARGS = /(^|\/)flash_(project_)?args$/;
/** The most lists that are opened, outermost first. */
const MOST_LISTS = 32;

/** The builds that were found in a drop; `builds` are all of one kind, and empty if there are none. */
export interface FoundBuilds {
  readonly builds: readonly Build[];
  /** Files that were meant to be lists but are damaged, each with its finding. */
  readonly damaged: readonly { readonly file: Packed; readonly finding: Finding }[];
}

/** Finds the builds among files, by the best kind of list that there is. */
export async function findBuilds(files: readonly Packed[], work: UnpackContext): Promise<FoundBuilds> {
  const { rules } = work;
  const { limit } = rules.addresses;
  const byPath = filesByPath(files);
  const alone = files.length === 1;
  const outermost = (a: Packed, b: Packed): number => depthOf(a) - depthOf(b);
  const lists = files.filter(({ path, size }) => (alone || LIST.test(path)) && size <= LARGEST_JSON);
  const damaged: FoundBuilds['damaged'][number][] = [];
  const [idf, web, mesh]: [Build[], Build[], Build[]] = [[], [], []];
  for (const file of lists.toSorted(outermost).slice(0, MOST_LISTS)) {
    const text = await listText(file, 'json', work);
    if (text === null) continue;
    const json = readJson(text);
    if (json.kind === 'object' && isIdfList(json.object)) idf.push(idfBuild(json.object, file, byPath, limit));
    if (json.kind === 'object' && isManifest(json.object))
      web.push(...manifestBuilds(json.object, file, byPath, limit));
    if (json.kind === 'object' && isMeshtasticList(json.object))
      mesh.push(meshtasticBuild(json.object, file, byPath, limit));
    if (json.kind === 'damaged' && saysBuild(text)) {
      const finding = unpackFinding('build-list-damaged', { in: 'file', name: file.path }, { what: json.what });
      damaged.push({ file, finding });
    }
  }
  const args: Build[] = [];
  const texts = files.filter(({ path, size }) => (alone || ARGS.test(path)) && size <= LARGEST_ARGS);
  for (const file of texts.toSorted(outermost).slice(0, MOST_LISTS)) {
    const text = await listText(file, 'flash-args', work);
    const build = text && argsBuild(new TextDecoder().decode(text), file, byPath, limit);
    if (build !== null) args.push(build);
  }
  const kinds = [outer(idf), outer(args), web, mesh, await rules.conventionalBuilds(files)].filter(
    ({ length }) => length > 0,
  );
  // PlatformIO also lets ESP-IDF write a list, but then makes the files under other names.
  const real = kinds.find((builds) => builds.some((build) => build.files.some(({ file }) => file !== null)));
  return { builds: real ?? kinds[0] ?? [], damaged };
}

function depthOf({ path }: Packed): number {
  return path.split('/').length;
}

/** The builds with the outermost lists: lists in deeper folders are of projects inside the build. */
function outer(builds: readonly Build[]): Build[] {
  const depth = Math.min(...builds.map(({ where }) => where.split('/').length));
  return builds.filter(({ where }) => where.split('/').length === depth);
}

async function listText(
  file: Packed,
  kind: 'json' | 'flash-args',
  { budget, yieldNow }: UnpackContext,
): Promise<Uint8Array | null> {
  await yieldNow();
  if (kindOf(await file.head()) !== kind || !budget.readList(file.size)) return null;
  const opened = await file.open();
  return opened.kind === 'open' ? wholeOf(opened.source, yieldNow) : null;
}

/** Whether a damaged text was meant to be a list of a build. */
function saysBuild(text: Uint8Array): boolean {
  return /"(flash_files|chipFamily|platformioTarget)"/.test(new TextDecoder().decode(text));
}

/** The kinds of files; `plain` is everything that is not a container. */
export type FileKind = 'zip' | 'elf' | 'uf2' | 'dfuse' | 'hex' | 'json' | 'flash-args' | 'plain';

/** The kind by the first bytes. A `json` or `flash-args` may still turn out to be some other text. */
export function kindOf(head: Uint8Array): FileKind {
  if (looksLikeZip(head)) return 'zip';
  if (looksLikeElf(head)) return 'elf';
  if (looksLikeUf2(head)) return 'uf2';
  if (looksLikeDfuSe(head)) return 'dfuse';
  if (looksLikeHex(head)) return 'hex';
  const text = new TextDecoder().decode(head);
  if (/^\s*\{/.test(text)) return 'json';
  return /^\s*(--flash[-_](mode|freq|size)\s|0x[0-9a-f]+[ \t]+[^\s,;]+\s*$)/im.test(text.split('\n', 3).join('\n'))
    ? 'flash-args'
    : 'plain';
}

/** Builds: files and their offsets, whatever kind of list gives them. */
import type { BuildChoice, DroppedFile, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { article } from '../flash/english.ts';
import { hex } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';
import { readAppHeader } from '../formats/app-header.ts';
import { md5Hex } from '../formats/hashes.ts';
import { notFirmwareFinding, failedDownload } from '../formats/not-firmware.ts';
import type { BoardRules, SerialType } from './board-rules.ts';
import { thisBoard } from './board-rules.ts';
import { unpackFinding } from './findings.ts';
import type { UnusedFile, Packed, UnpackContext } from './packed.ts';
import { baseName, folderOf, nothingUsable, readWhole, tidyPath } from './packed.ts';

/** The most parts of a build that are read: builds have a handful. */
export const MOST_PARTS = 64;

/** One file that a build names. `at` is absent if the layout of the board decides. */
export interface BuildFile {
  readonly path: string;
  readonly file: Packed | null;
  readonly at?: number;
  readonly encrypted?: boolean;
  /** The MD5 that the list says it has, in lower-case hex; absent where it says none. */
  readonly md5?: string;
  /** Why it cannot be in what was dropped; replaces the plain "missing here". */
  readonly elsewhere?: string;
}

/** A build. */
export interface Build {
  /** The family's word for it: `ESP-IDF build`. */
  readonly container: string;
  /** The same with its article, to start a sentence: `An ESP-IDF build`. */
  readonly says: string;
  /** Where its list is: the path of a file, or of a folder. */
  readonly where: string;
  /** The file that lists its parts; null if the parts are recognised by their names. */
  readonly list: Packed | null;
  /** The chip that the list names; null if only its images name one. */
  readonly chip: string | null;
  /** The kind of serial connection that it is for; absent if it does not depend on one. */
  readonly serial?: SerialType;
  /** At most `MOST_PARTS`. */
  readonly files: readonly BuildFile[];
  /** How many files the list names, where that is more than `files` and `findings` tell. */
  readonly named?: number;
  readonly left: readonly UnusedFile[];
  readonly findings: readonly Finding[];
}

/** Unpacks builds of one kind in a drop: the one for this board is used, the others are listed as left out. */
export async function unpackBuilds(builds: readonly Build[], work: UnpackContext): Promise<Unpacked> {
  const [first] = builds;
  if (first === undefined) return nothingUsable(null, '', [], []);
  const { chip } = work.rules;
  const known = [];
  for (const [i, build] of builds.entries())
    known.push({ id: String(i), build, chip: build.chip ?? (await chipOf(build)) });
  const fitting = known.filter((each) => each.chip === null || work.rules.isOwnChip(each.chip));
  const rest = narrowed(fitting, work.rules);
  const offered = rest.length > 1 && work.asked !== undefined ? rest : [];
  const wanted = offered.find(({ id }) => id === work.asked?.build);
  const chosen = rest.length === 1 ? rest[0] : wanted;
  const choice = offered.length === 0 ? {} : { builds: { options: offered.map(optionOf), chosen: wanted?.id ?? null } };
  const left = known
    .filter((each) => each !== chosen)
    .map((each) => {
      const { build } = each;
      const why = !fitting.includes(each)
        ? `for the ${each.chip}, but ${thisBoard(work.rules)}`
        : chosen === undefined
          ? !rest.includes(each)
            ? (otherSerial(build, work.rules) ?? 'other builds here are more likely to be for this board')
            : `one of ${rest.length} builds that may be for this board: ${howToChoose(each, offered)}`
          : (otherSerial(build, work.rules) ?? `not used: ${chosen.build.where} is`);
      return { name: build.where, why };
    });
  if (chosen === undefined) {
    const none = `No build here is for ${chip === null ? 'this board' : article(chip)}.`;
    const use = offered.length === 0 ? 'so none is used.' : 'choose one.';
    const several =
      fitting.length > 1 ? `Several builds may be for this board${offered.length === 0 ? ',' : ':'} ${use}` : none;
    const findings = builds.flatMap((each) => each.findings);
    return { ...nothingUsable(first.container, several, left, findings), ...choice };
  }
  const unpacked = await unpackBuild(chosen.build, chosen.chip, work);
  return { ...unpacked, ...choice, left: [...unpacked.left, ...left] };
}

/** A build and the chip that it is for; null if it names none. */
interface KnownBuild {
  readonly id: string;
  readonly build: Build;
  readonly chip: string | null;
}

/** The builds that may be for a board, by the chip, the connection, and the files that were dropped. */
function narrowed(fitting: readonly KnownBuild[], { serial }: BoardRules): readonly KnownBuild[] {
  const isOneList = fitting.every(({ build }) => build.list !== null && build.list === fitting[0]?.build.list);
  // As ESP Web Tools does: a build for this connection, else one that does not depend on it (its README, `serialType`).
  const tests: readonly ((each: KnownBuild) => boolean)[] = [
    ({ build }) => serial === null || build.serial === undefined || build.serial === serial,
    ({ build }) => serial !== null && build.serial === serial,
    ({ chip }) => chip !== null,
    // Of the builds in one list, a person drops the files of the one that they mean.
    ({ build }) => isOneList && build.files.some(({ file }) => file !== null),
    ({ build }) => isOneList && build.files.every(({ file }) => file !== null),
  ];
  return tests.reduce((rest, test) => (rest.some(test) ? rest.filter(test) : rest), fitting);
}

/** A build among those that the user can choose from; `why` says what of it is missing. */
function optionOf({ id, build: { where, files } }: KnownBuild): BuildChoice['options'][number] {
  const missing = files.filter(({ file }) => file === null).map(({ path }) => path);
  const why = missing.length === 0 ? '' : `missing: ${missing.join(', ')}`;
  return { id, name: where, why };
}

/** Why a build for the board's chip is not used; null if that is not because of the connection. */
function otherSerial({ serial }: Build, rules: BoardRules): string | null {
  if (serial === undefined || rules.serial === null || serial === rules.serial) return null;
  const named = { cdc: 'the chip’s own USB', uart: 'a USB-UART bridge' } as const;
  return `for boards connected by ${named[serial]} (${serial}), but this one is connected by ${named[rules.serial]}`;
}

/** What to drop so that one of several builds is used. */
function howToChoose(known: KnownBuild, offered: readonly KnownBuild[]): string {
  const { list, where, files } = known.build;
  const names = files.map(({ path }) => baseName(tidyPath(path))).join(', ');
  if (list === null) return offered.includes(known) ? 'choose it to use it' : `to use it, add only ${where}`;
  const missing = files.every(({ file }) => file === null);
  if (missing) return `its files are missing; to use it, add ${baseName(list.path)} with ${names}`;
  if (offered.includes(known)) return 'choose it to use it';
  const folder = folderOf(list.path);
  return folder === '' ? `to use it, add ${baseName(list.path)} with only ${names}` : `to use it, add only ${folder}`;
}

/** The chip that the headers of a build's images name; null if none does. */
async function chipOf({ files }: Build): Promise<string | null> {
  for (const { file } of files) {
    const chip = file && readAppHeader(await file.head())?.chip.name;
    if (typeof chip === 'string') return chip;
  }
  return null;
}

/** The MD5 that a list says and that of the file, if they differ; null if they do not, or the list says none. */
function otherDigest(
  { md5 }: BuildFile,
  data: Uint8Array,
): { readonly listed: string; readonly computed: string } | null {
  if (md5 === undefined) return null;
  const computed = md5Hex(data);
  return computed === md5 ? null : { listed: md5, computed };
}

async function unpackBuild(build: Build, chip: string | null, work: UnpackContext): Promise<Unpacked> {
  const { named: count = 0 } = build;
  const more = count - MOST_PARTS;
  const parts: DroppedFile[] = [];
  const left: UnusedFile[] = [...build.left];
  if (more > 0) left.push({ name: `${more} more parts`, why: `at most ${MOST_PARTS} are read` });
  const place = { in: 'file', name: build.where } as const;
  const tooMany = more > 0 ? [unpackFinding('build-too-many-files', place, { count, limit: MOST_PARTS })] : [];
  const findings: Finding[] = [...tooMany, ...build.findings];
  for (const list of build.files) {
    await work.yieldNow();
    const { path, file, at, elsewhere } = list;
    if (file === null) {
      left.push({ name: path, why: elsewhere ?? 'missing here' });
      continue;
    }
    const taken = await readWhole(file, nameIn(build, { path: file.path, list }), work);
    if ('left' in taken) {
      left.push(taken.left);
      if (taken.finding !== null) findings.push(taken.finding);
      continue;
    }
    const spoilt = failedDownload(taken.file.data);
    const digests = spoilt === null ? otherDigest(list, taken.file.data) : null;
    if (spoilt !== null) {
      left.push({ name: path, why: spoilt.clause });
      findings.push(notFirmwareFinding(spoilt.kind, { in: 'file', name: file.path }, spoilt.values));
    } else if (digests !== null) {
      left.push({ name: path, why: 'it is not the file that the build lists' });
      findings.push(unpackFinding('build-file-changed', place, { file: path, ...digests }));
    } else {
      parts.push({ ...taken.file, ...(at !== undefined && { at }) });
    }
  }
  const missing = build.files.filter(({ file }) => file === null).length;
  if (missing > 0) findings.push(unpackFinding('build-incomplete', place, { named: build.files.length, missing }));
  const secret = build.files.filter(({ encrypted }) => encrypted === true).map(({ path }) => path);
  if (secret.length > 0) findings.push(unpackFinding('build-encrypts', place, { files: secret.join(', ') }));
  const clash = overlapIn(parts);
  if (clash !== null) {
    findings.push(unpackFinding('build-files-overlap', place, clash));
    const names = parts.map(({ name }) => ({ name, why: 'the files of this build overlap, so none is used' }));
    return nothingUsable(build.container, `${build.says} with an error in it.`, [...left, ...names], findings);
  }
  const kinds: string[] = [];
  for (const part of parts) {
    await work.yieldNow();
    kinds.push(work.rules.kindOf(part));
  }
  const named = chip === null ? '' : ` for the ${chip}`;
  const says = `${build.says}${named}${parts.length === 0 ? ' without any of its files' : `: ${kinds.join(', ')}`}.`;
  return { container: build.container, says, parts, left, findings };
}

/** A file's name without folders; its path, or its path and offset, if two have the same name. */
function nameIn({ files }: Build, { path, list }: { readonly path: string; readonly list: BuildFile }): string {
  const own = baseName(path);
  const alike = files.filter(({ file }) => file !== null && baseName(file.path) === own);
  if (alike.length < 2) return own;
  const twice = alike.filter(({ file }) => file?.path === path).length > 1;
  return twice && list.at !== undefined ? `${path} @ ${hex(list.at)}` : path;
}

function overlapIn(parts: readonly DroppedFile[]): Readonly<Record<string, string>> | null {
  const placed = parts
    .flatMap(({ name, data, at }) => (at === undefined ? [] : [{ name, at, end: at + data.length }]))
    .toSorted((a, b) => a.at - b.at);
  for (const [i, { name, at }] of placed.entries()) {
    const before = placed[i - 1];
    if (before === undefined || before.end <= at) continue;
    return { file: plainName(name), offset: hex(at), other: plainName(before.name), end: hex(before.end) };
  }
  return null;
}

/** The files of a drop by their paths: lists name thousands of files, and folders have as many. */
export type FilesByPath = ReadonlyMap<string, readonly Packed[]>;

/** Files by their paths; several files picked one by one may have the same. */
export function filesByPath(files: readonly Packed[]): FilesByPath {
  const byPath = new Map<string, Packed[]>();
  for (const file of files) {
    const alike = byPath.get(file.path);
    if (alike === undefined) byPath.set(file.path, [file]);
    else alike.push(file);
  }
  return byPath;
}

/**
 * The file that a list names: by its path from the list's folder, or else by its name next to the list, for files that
 * were picked or packed without their folders. Null if there is none.
 */
export function findNamed(list: Packed, path: string, files: FilesByPath): Packed | null {
  const folder = folderOf(list.path);
  const wanted = [tidyPath(folder + path), folder + baseName(tidyPath(path))];
  for (const each of wanted) {
    const file = files.get(each)?.find((own) => own !== list);
    if (file !== undefined) return file;
  }
  return null;
}

/** Unpacks what was dropped: one file of any kind, several files, or a folder. */
import type { DroppedFile, Source, Unpacked, UnpackOptions } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import { startsLikeProgram } from '../formats/vector-table.ts';
import { openArchive } from './archive.ts';
import type { BoardRules } from './board-rules.ts';
import { unpackDfu } from './dfu-file.ts';
import { unpackElf } from './elf.ts';
import { unpackFiles } from './files.ts';
import { kindOf } from './find-builds.ts';
import { unpackFinding } from './findings.ts';
import { unpackHex } from './hex.ts';
import type { Packed, UnpackContext } from './packed.ts';
import { Budget, nothingUsable, fileOnDisk, readWhole } from './packed.ts';
import { unpackUf2 } from './uf2.ts';

/** The deepest nesting that is opened: an archive in an archive. */
const DEEPEST = 2;
const ZIP = 'ZIP archive';
/** The most findings of one drop, and the most lines about what is not used. */
const [MOST_FINDINGS, MOST_LEFT] = [64, 256];

/** Unpacks what was dropped with the rules of one board: see `Family.unpack`. */
export async function unpackDrop(
  sources: readonly Source[],
  rules: BoardRules,
  { build = null, yieldNow = NEVER_YIELD }: UnpackOptions = {},
): Promise<Unpacked> {
  const work: UnpackContext = { rules, budget: new Budget(rules), depth: 0, asked: { build }, yieldNow };
  const unpacked = await unpackFiles(sources.map(fileOnDisk), [], work, unpackOne);
  const name = sources[0]?.path ?? '';
  const { spent: why } = work.budget;
  const spent = why === null ? [] : [unpackFinding('drop-too-much', { in: 'file', name }, { why })];
  return withShortNames(listable({ ...unpacked, findings: [...spent, ...unpacked.findings] }, name));
}

/** The result with names that can be shown. */
function withShortNames(unpacked: Unpacked): Unpacked {
  const short = <T extends { readonly name: string }>(each: T): T => ({ ...each, name: plainName(each.name) });
  const findings = unpacked.findings.map((each) =>
    each.place.in === 'file' ? { ...each, place: short(each.place) } : each,
  );
  return { ...unpacked, parts: unpacked.parts.map(short), left: unpacked.left.map(short), findings };
}

/** The result with no more lines than a person reads. */
function listable(unpacked: Unpacked, name: string): Unpacked {
  const more = { findings: unpacked.findings.length - MOST_FINDINGS, left: unpacked.left.length - MOST_LEFT };
  if (more.findings <= 0 && more.left <= 0) return unpacked;
  const values = { more: more.findings, limit: MOST_FINDINGS };
  const findings = unpacked.findings.slice(0, MOST_FINDINGS);
  if (more.findings > 0) findings.push(unpackFinding('findings-not-listed', { in: 'file', name }, values));
  const left = unpacked.left.slice(0, MOST_LEFT);
  if (more.left > 0) left.push({ name: `${more.left} more files`, why: 'not used, and too many to list' });
  return { ...unpacked, findings, left };
}

/** Unpacks one file by its first bytes, unless it has more parts than the drop may still have. */
async function unpackOne(packed: Packed, work: UnpackContext): Promise<Unpacked> {
  await work.yieldNow();
  const unpacked = await unpackByKind(packed, work);
  if (unpacked.container === ZIP || work.budget.use(unpacked.parts.length)) return unpacked;
  const { path: name } = packed;
  return nothingUsable(unpacked.container, '', [{ name, why: `not used: ${work.budget.spent}` }], []);
}

/** A plain file is its own only part. */
async function unpackByKind(packed: Packed, work: UnpackContext): Promise<Unpacked> {
  const kind = kindOf(await packed.head());
  const { path: name } = packed;
  if (kind === 'plain' || kind === 'json' || kind === 'flash-args' || kind === 'dfuse') {
    const taken = await readWhole(packed, name, work);
    if (!('file' in taken)) return nothingUsable(null, '', [taken.left], taken.finding === null ? [] : [taken.finding]);
    // On a board without DFU, the three letters of a DFU suffix at the end of a plain file mean nothing.
    const mayBeDfu = kind === 'dfuse' || work.rules.dfuDevice !== null;
    const dfu = mayBeDfu ? unpackDfu(name, taken.file.data, work.rules) : null;
    return dfu ?? { container: null, says: '', parts: [taken.file], left: [], findings: foreign(taken.file, work) };
  }
  // A file in an archive is unpacked into memory whole when it is opened; a file on disk is read piece by piece.
  const why = work.depth === 0 ? null : work.budget.refuse(packed.size);
  if (why !== null) return nothingUsable(null, '', [{ name, why }], []);
  const opened = await packed.open();
  if (opened.kind === 'closed') {
    return nothingUsable(null, '', [{ name, why: opened.why }], opened.finding === null ? [] : [opened.finding]);
  }
  switch (kind) {
    case 'hex':
      return unpackHex(opened.source, work);
    case 'uf2':
      return unpackUf2(opened.source, work);
    case 'elf':
      return unpackElf(opened.source, work);
    case 'zip':
      return unpackZip(opened.source, work);
  }
}

/** A file without an address may be a program for another kind of chip. It can still be written as data. */
function foreign({ name, data }: DroppedFile, { rules }: UnpackContext): Finding[] {
  return !rules.isStm32 && startsLikeProgram(data) ? [unpackFinding('program-for-stm32', { in: 'file', name })] : [];
}

async function unpackZip(source: Source, work: UnpackContext): Promise<Unpacked> {
  const container = ZIP;
  const { path: name } = source;
  if (work.depth >= DEEPEST) return nothingUsable(container, '', [{ name, why: 'archives are nested too deeply' }], []);
  const archive = await openArchive(source, work);
  if (archive.kind === 'damaged')
    return nothingUsable(container, '', [{ name, why: 'it cannot be unpacked' }], [archive.finding]);
  const unpacked = await unpackFiles(archive.files, archive.left, { ...work, depth: work.depth + 1 }, unpackOne);
  if (unpacked.container !== null) return unpacked;
  const own = unpacked.parts.length === 0 ? 'A ZIP archive with nothing for this board.' : 'A ZIP archive.';
  return { ...unpacked, container, says: `${own} ${unpacked.says}`.trim() };
}

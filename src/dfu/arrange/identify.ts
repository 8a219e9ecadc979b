/** Identifies a dropped file by its content. */
import type { DroppedFile, Recognised } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { espressifImage } from '../../formats/app-header.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { looksLike, notFirmware, notFirmwareFinding } from '../../formats/not-firmware.ts';
import { linkedPlace, readVectorTable, startsLikeProgram } from '../../formats/vector-table.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { ExtensionHead } from '../particle/extension.ts';
import type { ModuleHead } from '../particle/module-head.ts';
import type { BoardProfile } from '../board/profile.ts';
import { HASHES } from '../../formats/hashes.ts';
import { candidates } from './sectors.ts';
import { erasedByteOf } from '../../flash/map.ts';
import { readExtensionHead, readExtension, withExtensionCrc } from '../particle/extension.ts';
import { moduleName, needsWords, platformName } from '../particle/module-head.ts';
import { readModule, withModuleCrc } from '../particle/module.ts';

/** Bytes with their own address. */
export interface Piece {
  readonly address: number;
  readonly data: Uint8Array;
}

/** What a file is; `data` is what will be written, with the checksums filled in that a linker left open. */
export type FileKind = Recognised &
  (
    | { readonly is: 'module'; readonly head: ModuleHead; readonly data: Uint8Array }
    | { readonly is: 'extension'; readonly head: ExtensionHead; readonly data: Uint8Array }
    /** An application and its extension in one file, each with its own address. */
    | {
        readonly is: 'joined';
        readonly head: ModuleHead;
        readonly extension: ExtensionHead;
        readonly pieces: readonly [Piece, Piece];
      }
    | { readonly is: 'damaged'; readonly why: string }
    /** `linked`: the place on this board that it was linked for; null if its container says where it goes, or if none fits. */
    | { readonly is: 'program'; readonly data: Uint8Array; readonly linked: number | null }
    /** `foreign`: what it is if another maker's chip runs it, with its article; null otherwise. */
    | { readonly is: 'data'; readonly data: Uint8Array; readonly foreign: string | null }
    | { readonly is: 'container'; readonly why: string }
    | { readonly is: 'too-large' }
  );

/** The largest file that is opened, in bytes: no chip of this family has more flash. */
export const LARGEST_FILE = 16 << 20;
/** The smallest sector in bytes: extensions are looked for where sectors start. */
const SECTOR_STEP = 0x4000;
const MOST_LOOKS = 4;

/** Identifies a file dropped on a board. Never throws. */
export function identify(file: DroppedFile, board: DfuInspection): FileKind {
  const { data } = file;
  if (data.length > LARGEST_FILE) {
    const says = `A file of ${bytes(data.length)}: too large to open.`;
    return { is: 'too-large', kind: 'too large', says, findings: [] };
  }
  return container(file) ?? extension(file) ?? module(file, board.dfu.profile) ?? rest(file, board);
}

/** A file whose bytes no chip can run. Bytes with an address may be anything: there, they only happen to look like one. */
function container({ name, data, at }: DroppedFile): FileKind | null {
  const found = at === undefined ? notFirmware(data) : null;
  if (found === null) return null;
  const finding = notFirmwareFinding(found.kind, { in: 'file', name }, found.values);
  return { is: 'container', kind: found.name, says: finding.says, findings: [finding], why: found.clause };
}

function extension(file: DroppedFile): FileKind | null {
  const { data } = file;
  const reading = readExtension(data, { in: 'file', name: file.name });
  if (reading.kind === 'not-an-extension') return null;
  if (reading.kind === 'cut-short') return damaged('extension', reading.findings);
  const { head, sound, lacksCrc, length } = reading.extension;
  if (!sound && !lacksCrc) return damaged('extension', reading.findings);
  const own = lacksCrc ? withExtensionCrc(data) : data.subarray(0, length);
  const filled = readExtensionHead(own) ?? head;
  const says = `An extension, version ${head.version}, ${bytes(own.length)}, linked for ${hex(head.address)}.`;
  return { is: 'extension', kind: 'extension', says, findings: reading.findings, head: filled, data: own };
}

function module(file: DroppedFile, profile: BoardProfile | null): FileKind | null {
  const { data } = file;
  const reading = readModule(data, HASHES, { in: 'file', name: file.name });
  if (reading.kind === 'not-a-module') return null;
  const whole = reading.kind === 'module' && (reading.module.sound || reading.module.lacksCrc);
  // Code of other firmware may look like a header; only a correct checksum tells that it is one.
  if (!whole && profile?.modular !== true && startsLikeProgram(data)) return null;
  if (reading.kind === 'cut-short') return damaged('module', reading.findings);
  const { head, length, sound, lacksCrc } = reading.module;
  if (!sound && !lacksCrc) return damaged('module', reading.findings);
  const name = moduleName(head);
  const own = data.subarray(0, length);
  const filled = lacksCrc ? withModuleCrc(own, HASHES) : own;
  const says =
    `Particle module: ${name}, version ${head.version}, for the ${platformName(head.platform)}, ` +
    `${bytes(length)} at ${hex(head.start)}${needsWords(head)}.`;
  const behind = extensionBehind(file, length);
  const findings = reading.findings.filter(({ kind }) => behind === null || kind !== 'module-trailing');
  if (behind !== null) {
    const also = ` With its extension, version ${behind.head.version}, ${bytes(behind.data.length)} at ${hex(behind.head.address)}.`;
    return {
      is: 'joined',
      kind: 'application with extension',
      says: `${says}${also}`,
      findings,
      head,
      extension: behind.head,
      pieces: [
        { address: head.start, data: filled },
        { address: behind.head.address, data: behind.data },
      ],
    };
  }
  return { is: 'module', kind: name, says, findings, head, data: filled };
}

/** An extension after a module in the same file, at the start of a sector: sound, or with its CRC filled in; null if none. */
function extensionBehind(file: DroppedFile, from: number) {
  const { data } = file;
  let looked = 0;
  for (let at = Math.ceil(from / SECTOR_STEP) * SECTOR_STEP; at < data.length; at += SECTOR_STEP) {
    const part = data.subarray(at);
    if (readExtensionHead(part) === null) continue;
    // Each attempt computes a checksum over all that the header claims: a hostile file gets only a few.
    if (++looked > MOST_LOOKS) return null;
    const reading = readExtension(part, { in: 'file', name: file.name, offset: at });
    if (reading.kind !== 'extension') continue;
    const { head, sound, lacksCrc, length } = reading.extension;
    if (sound) return { head, data: part.subarray(0, length) };
    if (!lacksCrc) continue;
    const filled = withExtensionCrc(part);
    return { head: readExtensionHead(filled) ?? head, data: filled };
  }
  return null;
}

function damaged(kind: string, findings: readonly Finding[]): FileKind {
  const why = findings.find(({ verdict }) => verdict === 'problem')?.says ?? 'it is damaged.';
  return { is: 'damaged', kind: `damaged ${kind}`, says: `Damaged ${kind}.`, findings, why };
}

function rest(file: DroppedFile, board: DfuInspection): FileKind {
  const { data } = file;
  // Before the vector table: a stack pointer is aligned, so no program for this chip begins with an image's first byte.
  const foreign = espressifImage(data)?.says ?? null;
  if (foreign !== null) {
    const says = `${bytes(data.length)} of data: it is ${foreign}, which this board cannot run.`;
    return { is: 'data', kind: 'image for another chip', says, findings: [], data, foreign };
  }
  const { map } = board.layout;
  const erased = erasedByteOf(map, map.regions[0]?.id ?? '');
  const table = readVectorTable(data);
  if (table?.stackInRam === true) {
    const linked = file.at === undefined ? linkedOn(data, board) : null;
    const where = linked === null ? '' : `, linked for ${hex(linked)}`;
    const says = `A program of ${bytes(data.length)}: it begins with a vector table${where}.`;
    return { is: 'program', kind: 'program', says, findings: [], data, linked };
  }
  const guess =
    table !== null
      ? `it begins like a vector table, but its initial stack pointer, ${hex(table.stack)}, is not in RAM`
      : isFilledWith(data.subarray(0, 512), erased)
        ? 'it is blank at the start'
        : isFilledWith(data.subarray(0, 512), 0xff)
          ? 'it is all FF at the start, which this board’s erased flash is not'
          : looksLike(data).says;
  return {
    is: 'data',
    kind: 'data',
    says: `${bytes(data.length)} of data: ${guess}.`,
    findings: [],
    data,
    foreign: null,
  };
}

/** The sector that a program was linked for; null if none fits, and on boards whose programs are modules. */
function linkedOn(data: Uint8Array, board: DfuInspection): number | null {
  const start = board.layout.map.regions[0]?.start;
  if (board.dfu.profile?.modular === true || start === undefined) return null;
  return linkedPlace(
    data,
    candidates(board).map(({ address }) => address),
    start,
  );
}

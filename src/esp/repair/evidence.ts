/** What a flash without a table holds where: each content that shows its own start, and its size where that follows from it. */
import { bytes, hex } from '../../flash/finding.ts';
import { readAppHead } from '../../formats/app-header.ts';
import type { AppDescription } from '../../formats/app-header.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { appName } from '../../formats/words.ts';
import { imageChipId } from '../../formats/chip-ids.ts';
import { ascii, holdsAt, isFilledWith } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import { readRecord, RECORD_SIZE } from '../boot/otadata.ts';
import { holdsWholeApp } from '../boot/prediction.ts';
import { readHeader as readCoreDump } from '../contents/core-dump/header.ts';
import { geometryOf } from '../contents/fat/geometry.ts';
import { mountIn } from '../contents/littlefs/parameters.ts';
import { readHeader as readNvsHeader } from '../contents/nvs/cells.ts';
import { IN_USE } from '../contents/nvs/format.ts';
import { KEYS_SIZE, readKeyPartition } from '../contents/nvs/xts.ts';
import { sizeForVolume, STATE_HEADER, WL_SECTOR } from '../contents/wear-levelling/layout.ts';
import { readState } from '../contents/wear-levelling/state.ts';
import { APP_ALIGNMENT, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import { spiffsRun } from './spiffs-run.ts';

/** What was found. */
export type EvidenceKind = 'app' | 'nvs' | 'otadata' | 'phy' | 'keys' | 'coredump' | 'littlefs' | 'spiffs' | 'fat';

/** One content in the flash; offsets and sizes in bytes. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly offset: number;
  /** The size of its partition, where the content itself gives it; null otherwise. */
  readonly size: number | null;
  /** How many bytes from `offset` on it surely has. */
  readonly least: number;
  /** Whether nothing but a partition that starts here can have it; otherwise it may start one erase unit earlier, or anywhere before. */
  readonly starts: boolean;
  /** Whether its own checks are right; a damaged or unlikely one contradicts nothing. */
  readonly strong: boolean;
  readonly why: string;
  /** The description of an app. */
  readonly app?: AppDescription | undefined;
}

/** The largest sequence number that an update counter reaches; a random word with a right CRC is not one. */
const MOST_UPDATES = 0x10000;

/** Everything found from `from` on, by address; `chip` as the board identifies itself. Offsets are multiples of an erase unit. */
export function evidenceIn(flash: Uint8Array, from: number, chip: string): Evidence[] {
  const found: Evidence[] = [];
  for (let at = from; at < flash.length;) {
    const own = isFilledWith(flash.subarray(at, at + UNIT), 0xff) ? null : contentAt(flash, at, chip, from);
    if (own !== null) found.push(own);
    // Nothing else is looked for within what surely belongs to it.
    const end = own === null ? 0 : Math.ceil((own.offset + own.least) / UNIT) * UNIT;
    at = Math.max(at + UNIT, end);
  }
  return found;
}

function contentAt(flash: Uint8Array, at: number, chip: string, from: number): Evidence | null {
  return (
    appAt(flash, at, chip) ??
    nvsAt(flash, at) ??
    littleFsAt(flash, at) ??
    wearLevelledAt(flash, at, from) ??
    spiffsAt(flash, at) ??
    fatAt(flash, at) ??
    otadataAt(flash, at) ??
    phyAt(flash, at) ??
    keysAt(flash, at) ??
    coreDumpAt(flash, at, chip)
  );
}

function appAt(flash: Uint8Array, at: number, chip: string): Evidence | null {
  if (at % APP_ALIGNMENT !== 0) return null;
  const data = flash.subarray(at);
  const head = readAppHead(data);
  if (head === null || head.header.chip.name !== chip) return null;
  const result = readAppImage(data, HASHES, { in: 'flash', region: REGION, address: at });
  const whole = holdsWholeApp(result, imageChipId(chip) ?? 0);
  if (!whole && head.description === null) return null;
  const length = result.kind === 'image' ? result.image.length : null;
  const name = head.description === null ? 'An app' : `The app ${appName(head.description)}`;
  return {
    kind: 'app',
    offset: at,
    size: null,
    least: whole && length !== null ? length : UNIT,
    starts: true,
    strong: whole,
    why: `${name} is here${whole ? `, ${bytes(length ?? 0)}, and intact` : ', damaged'}.`,
    ...(head.description !== null && { app: head.description }),
  };
}

/** Pages one behind another; blank ones belong to it as long as another follows. */
function nvsAt(flash: Uint8Array, at: number): Evidence | null {
  const isPage = (offset: number): boolean => {
    if (offset + UNIT > flash.length) return false;
    const { state, crcRight } = readNvsHeader(flash.subarray(offset, offset + UNIT));
    return crcRight && IN_USE.has(state);
  };
  if (!isPage(at)) return null;
  let end = at + UNIT;
  while (isPage(end)) end += UNIT;
  const pages = (end - at) / UNIT;
  const why = `${pages === 1 ? 'A page' : `${pages} pages`} of settings (NVS) with the right CRC.`;
  return { kind: 'nvs', offset: at, size: null, least: end - at, starts: false, strong: true, why };
}

/** Both copies of the superblock lie one behind the other; if one is lost, the start may be that of the other. */
function littleFsAt(flash: Uint8Array, at: number): Evidence | null {
  const magic = ascii('littlefs');
  if (!holdsAt(flash, at + 8, magic)) return null;
  const mounted = mountIn(flash.subarray(at));
  if (mounted === null) return null;
  const { blockSize, blockCount } = mounted.superblock;
  const size = blockSize * blockCount;
  if (blockSize !== UNIT || size === 0 || at + size > flash.length) return null;
  const starts = holdsAt(flash, at + UNIT + 8, magic);
  const why = `A LittleFS whose superblock says ${bytes(size)}${starts ? '' : '; one of its two copies is lost'}.`;
  return { kind: 'littlefs', offset: at, size, least: size, starts, strong: true, why };
}

/** The state of wear levelling, which lies near the end of its partition, gives its start and its size. */
function wearLevelledAt(flash: Uint8Array, at: number, from: number): Evidence | null {
  // Found from the start of the volume: the state is looked for behind it.
  const boot = [at, at + UNIT].find((offset) => geometryOf(flash.subarray(offset, offset + 512)) !== null);
  if (boot === undefined) return null;
  for (let state = at + UNIT; state < flash.length; state += UNIT) {
    const own = stateAt(flash, state);
    if (own === null) continue;
    const { offset, size, both } = own;
    if (offset < from || offset > at || at >= offset + size) continue;
    const why = `FAT with wear levelling, whose state at ${hex(state)} says ${bytes(size)}.`;
    return { kind: 'fat', offset, size, least: size, starts: both, strong: true, why };
  }
  return null;
}

/** `both`: the second state, too, lies where the first one's place says. */
function stateAt(
  flash: Uint8Array,
  at: number,
): { readonly offset: number; readonly size: number; readonly both: boolean } | null {
  const positions = positionsAt(flash, at);
  if (positions === null) return null;
  const size = sizeForVolume((positions - 1) * WL_SECTOR);
  if (size === null) return null;
  const stateSize = (size - (positions + 1) * WL_SECTOR) / 2;
  const offset = at - positions * WL_SECTOR;
  if (offset < 0 || offset + size > flash.length) return null;
  return { offset, size, both: positionsAt(flash, at + stateSize) === positions };
}

/** The number of positions in a valid state, which lies behind them; null if there is none. */
function positionsAt(flash: Uint8Array, at: number): number | null {
  const positions = readState(flash.subarray(at, at + STATE_HEADER))?.positions ?? null;
  return positions !== null && positions * WL_SECTOR <= at ? positions : null;
}

function spiffsAt(flash: Uint8Array, at: number): Evidence | null {
  const run = spiffsRun(flash, at);
  if (run === null) return null;
  const { offset, size, certain } = run;
  const why = `SPIFFS, whose blocks say ${bytes(size)} up to ${hex(offset + size)}.`;
  return { kind: 'spiffs', offset, size, least: size, starts: certain, strong: true, why };
}

/** FAT without wear levelling begins with its boot sector; its partition may be larger. */
function fatAt(flash: Uint8Array, at: number): Evidence | null {
  const geometry = geometryOf(flash.subarray(at, at + 512));
  if (geometry === null) return null;
  const size = geometry.totalSectors * geometry.sectorSize;
  if (at + size > flash.length) return null;
  const why = `A FAT volume of ${bytes(size)}.`;
  return { kind: 'fat', offset: at, size: null, least: size, starts: false, strong: true, why };
}

/** An entry of otadata, alone in its erase unit; with one, the start may be that of the other entry. */
function otadataAt(flash: Uint8Array, at: number): Evidence | null {
  const isEntry = (offset: number): boolean => {
    const unit = flash.subarray(offset, offset + UNIT);
    if (unit.length < UNIT || !isFilledWith(unit.subarray(RECORD_SIZE), 0xff)) return false;
    const { seq, crc } = readRecord(unit);
    return seq > 0 && seq < MOST_UPDATES && crc.stored === crc.computed;
  };
  if (!isEntry(at)) return null;
  const both = isEntry(at + UNIT);
  const why = both ? 'Both entries of otadata, with right CRCs.' : 'One entry of otadata, with a right CRC.';
  return {
    kind: 'otadata',
    offset: at,
    size: OTADATA_SIZE,
    least: both ? OTADATA_SIZE : UNIT,
    starts: both,
    strong: true,
    why,
  };
}

function phyAt(flash: Uint8Array, at: number): Evidence | null {
  if (!holdsAt(flash, at, ascii('PHYINIT'))) return null;
  const why = 'Radio calibration data (PHYINIT).';
  return { kind: 'phy', offset: at, size: null, least: UNIT, starts: true, strong: true, why };
}

function keysAt(flash: Uint8Array, at: number): Evidence | null {
  const unit = flash.subarray(at, at + UNIT);
  if (unit.length < UNIT || !isFilledWith(unit.subarray(KEYS_SIZE + 4), 0xff)) return null;
  if (readKeyPartition(unit).kind !== 'keys') return null;
  const why = 'Keys for NVS, with the right CRC.';
  return { kind: 'keys', offset: at, size: null, least: UNIT, starts: true, strong: true, why };
}

function coreDumpAt(flash: Uint8Array, at: number, chip: string): Evidence | null {
  const header = readCoreDump(flash.subarray(at, at + UNIT));
  if (header === null || header.layout === null || header.chip.name !== chip || at + header.size > flash.length)
    return null;
  const why = `A core dump of ${bytes(header.size)}.`;
  return { kind: 'coredump', offset: at, size: null, least: header.size, starts: true, strong: false, why };
}

/** Refusals and questions about the chosen settings: header, full erase, assumed flash size. */
import type { Place, Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { segmentRange } from '../../flash/image.ts';
import { overlaps } from '../../flash/map.ts';
import { namedFlashSize } from '../board/settings.ts';
import { UNIT } from '../flash-geometry.ts';
import { isGapWithData } from '../partitions/gaps.ts';
import { headerEdit } from '../boot/bootloader-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import { REGION } from '../loader/target.ts';
import { checksSignatures, readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import { bootloaderIn } from './context.ts';
import { refuseProtection } from './refusals.protections.ts';
import type { EspFile } from './placed.ts';
import { erasesAll } from './setting-segments.ts';
import { inFile, shown } from '../../formats/words.ts';
import { exactPlace, gapName } from './words.ts';

/** Refuses what depends on a flash size that is only assumed: a full erase, and files that extend past it. */
export function checkAssumedSize(files: readonly EspFile[], board: EspInspection): Refusal[] {
  const { esp } = board;
  if (esp.sizeKnown || namedFlashSize(esp.chosen) !== null) return [];
  if (erasesAll(board))
    return [refuseProtection('erase-size-unknown', { in: 'device' }, { size: bytes(esp.flashSize) })];
  return files.flatMap(({ file, what }) => {
    const end = reachOf({ file, what });
    if (end <= esp.flashSize) return [];
    const values = { file: shown(file), end: hex(end), size: bytes(esp.flashSize) };
    return [refuseProtection('flash-size-unknown', inFile(file), values)];
  });
}

/** The flash size in bytes that a file requires, by its own address, its table or its header. */
function reachOf({ file, what }: Pick<EspFile, 'file' | 'what'>): number {
  const ends = [(file.at ?? 0) + file.data.length, bootloaderIn(what)?.header.flashSize.bytes ?? 0];
  const rows = what.is === 'table' ? what.table.rows : what.is === 'merged' ? what.merged.table.reading.rows : [];
  ends.push(...rows.map(({ offset, size }) => offset + size));
  if (what.is === 'merged') ends.push(what.merged.base + file.data.length);
  return Math.max(...ends);
}

/** The question about a quad mode chosen for a bootloader that has another mode (esptool docs, "SPI Flash Modes"). */
export function checkMode({ board, header }: ArrangeContext): Refusal[] {
  const { address, data, header: own } = board.esp.bootloader;
  const mode = headerEdit(board)?.mode ?? null;
  const now = header.image?.header ?? (data === null ? null : own);
  if (mode === null || now === null || now.spiMode.code === mode.code || !mode.quad) return [];
  const place: Place =
    header.from === null ? { in: 'flash', range: { region: REGION, address, size: UNIT } } : inFile(header.from, 2);
  return [refuseProtection('quad-mode', place, { mode: mode.name, now: now.spiMode.name ?? 'no mode' })];
}

/** The question about a chosen header frequency: if it is too fast for the flash chip, nothing starts. */
export function checkFrequency({ board, header }: ArrangeContext): Refusal[] {
  const { address, data, header: own } = board.esp.bootloader;
  const frequency = headerEdit(board)?.frequency ?? null;
  const now = header.image?.header ?? (data === null ? null : own);
  if (frequency === null || now === null || now.frequency.code === frequency.code) return [];
  const place: Place =
    header.from === null ? { in: 'flash', range: { region: REGION, address, size: UNIT } } : inFile(header.from, 3);
  const values = { frequency: frequency.name, now: now.frequency.mhz ?? 'another' };
  return [refuseProtection('frequency-changed', place, values)];
}

/** The question before erasing everything outside the files. */
export function checkErase(blanks: readonly Segment[], { board }: ArrangeContext): Refusal[] {
  if (!erasesAll(board)) return [];
  if (blanks.length === 0) return [];
  const lost = lostTo(blanks.map(segmentRange), board);
  const values = { lost: lost.join('; ') || 'no content was found there' };
  const why = consequence(board);
  return why === ''
    ? [refuseProtection('erase-all', { in: 'device' }, values)]
    : [refuseProtection('erase-all-protected', { in: 'device' }, { ...values, why })];
}

function lostTo(ranges: readonly Parameters<typeof overlaps>[0][], board: EspInspection): string[] {
  if (readBarrierOf(board.esp) !== null) return ['all that is on it, which cannot be read'];
  const blank = new Set(['blank', 'gap']);
  return board.contents
    .filter((content) => !blank.has(content.kind) || isGapWithData(content))
    .filter((content) => content.size > 0 && ranges.some((range) => overlaps(range, content)))
    .map((content) => {
      const partition = board.layout.partitions.find(({ address }) => address === content.address);
      const name = partition?.name ?? gapName(content.address);
      return partition === undefined
        ? `${name}, ${bytes(content.size)}`
        : exactPlace({ name, offset: content.address, size: content.size });
    });
}

/** What a full erase means for a protected chip; empty for one without protection. */
function consequence({ esp }: EspInspection): string {
  const { encryption } = esp.security;
  const signed = 'Secure boot is on: only what its owner signed starts again, and the bootloader stays as it is.';
  const encrypted =
    encryption.manual === 'allowed'
      ? 'Flash encryption is on: bootloader, partition table and app all have to be written again.'
      : 'Flash encryption is on, and the chip may encrypt nothing for a loader any more: it may never start again.';
  return [...(checksSignatures(esp.security) ? [signed] : []), ...(encryption.on === true ? [encrypted] : [])].join(
    ' ',
  );
}

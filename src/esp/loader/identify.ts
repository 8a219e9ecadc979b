/** Reads a board's identity and its flash chip, and compares identities after a reset. */
import type { Failure } from '../../flash/failure.ts';
import { LARGEST_FLASH } from '../../flash/map.ts';
import type { Identity } from '../../flash/target.ts';
import type { LoaderMode } from './device.ts';
import { ASSUMED_FLASH_SIZE } from './device.ts';
import { espFailure } from '../failures.ts';
import type { Link } from './open-link.ts';
import { differentLoaderFailure } from './open-link.ts';
import { revisionName } from './registers.ts';
import { CONNECTIONS } from './usb-ids.ts';

const LOADERS: Readonly<Record<LoaderMode, string | null>> = {
  stub: null,
  rom: 'ROM loader, without the flasher stub: slower',
  'secure-download': 'Secure Download Mode: the chip does not report its MAC, revision or flash',
};

/** Reads everything that a board reports about itself; in Secure Download Mode, that is only the chip type. */
export async function identify(link: Link): Promise<Identity> {
  const { chip, mac, revision } = link;
  const how = [
    ...(link.connection === 'bridge' ? [] : [{ name: 'Connection', value: CONNECTIONS[link.connection] }]),
    ...(LOADERS[link.mode] === null ? [] : [{ name: 'Loader', value: LOADERS[link.mode] ?? '' }]),
  ];
  return {
    family: 'esp',
    chip: chip.name,
    revision: revision === null ? '' : revisionName(revision),
    key: mac === null ? null : { kind: 'mac', value: mac },
    facts: [...(link.mode === 'secure-download' ? [] : await reported(link)), ...how],
  };
}

async function reported({ loader }: Link): Promise<Identity['facts']> {
  const rom = loader.chip;
  const description = await rom.getChipDescription(loader);
  const features = await rom.getChipFeatures(loader);
  const crystal = await rom.getCrystalFreq(loader);
  return [
    // The revision is a field of its own: esptool-js reads that of some chips from the wrong place.
    { name: 'Package', value: description.replace(/ \(revision [^)]*\)$/, '') },
    { name: 'Crystal', value: `${crystal} MHz` },
    { name: 'Features', value: features.map((feature) => feature.trim()).join(', ') },
  ];
}

type Who = Pick<Link, 'mac' | 'mode'>;

/**
 * The failure if a different board, or another loader, answers after a reset; null if it is the same board in the same mode.
 * An unset MAC equals none.
 */
export function differentBoardFailure(before: Who, now: Who): Failure | null {
  const unset = 'a board without an ID';
  if (before.mac === null || (now.mac === null && now.mode === before.mode)) return espFailure('board-unsure');
  if (before.mac !== now.mac) {
    return espFailure('other-board', { values: { was: before.mac, is: now.mac ?? unset } });
  }
  return now.mode === before.mode ? null : differentLoaderFailure(before.mode);
}

/** A flash chip: its JEDEC id and its size in bytes. */
export interface FlashChip {
  readonly id: number;
  readonly size: number;
}

/**
 * Reads the flash chip's id and sets the loader's flash size accordingly. If the id cannot be read, the loader gets the
 * `assumed` size in bytes and the result is null. Throws the `Failure` `flash-unknown`.
 */
export async function askFlash({ loader, commands }: Link, assumed = ASSUMED_FLASH_SIZE): Promise<FlashChip | null> {
  if (!commands.dialect.registers) {
    await commands.setFlashSize(assumed);
    return null;
  }
  const id = (await loader.readFlashId()) & 0xffffff;
  const size = flashSizeOf(id);
  if (size === null) throw espFailure('flash-unknown', { values: { id: flashId(id) } });
  await commands.setFlashSize(size);
  return { id, size };
}

/**
 * The flash size in bytes by the third byte of a JEDEC id (esptool cmds.py, DETECTED_FLASH_SIZES); null if unknown. Only the
 * first half of a 256 MiB chip is used, since no image header can hold that size.
 */
export function flashSizeOf(id: number): number | null {
  const size = codedSize(id >> 16);
  return size === null ? null : Math.min(size, LARGEST_FLASH);
}

function codedSize(code: number): number | null {
  // Mostly the exponent itself; some vendors use another offset.
  if (code >= 0x12 && code <= 0x1c) return 2 ** code;
  if (code >= 0x20 && code <= 0x22) return 2 ** (code - 6);
  if (code >= 0x32 && code <= 0x3a) return 2 ** (code - 0x20);
  return null;
}

/** A JEDEC id in hex: `0x` and six digits. */
export function flashId(id: number): string {
  return `0x${id.toString(16).padStart(6, '0')}`;
}

/** The flash settings that a bootloader header can hold, as options to choose from. */
import { capital } from '../../flash/english.ts';
import type { Values } from '../../flash/finding.ts';
import type { Repair } from '../../flash/repair.ts';
import type { Steps } from '../../flash/steps.ts';
import { SPI_MODES } from '../../formats/app-header.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { Security } from '../board/security.ts';
import { HEADER_FREQUENCY, HEADER_MODE, HEADER_SIZE } from '../board/setting-ids.ts';
import { checksSignatures } from '../board/read-access.ts';

/** One value of a header field: `id` is esptool's name for it, `name` is shown to people, `code` is stored. */
export interface HeaderOption {
  readonly id: string;
  readonly name: string;
  readonly code: number;
}

/** An SPI mode; `quad`: over four data lines. */
export interface ModeOption extends HeaderOption {
  readonly quad: boolean;
}

/** A flash size that a header can hold, in bytes. */
export interface SizeOption extends HeaderOption {
  readonly bytes: number;
}

/** The modes that a ROM accepts in a header: esptool docs, "SPI Flash Modes". */
const MODES = [
  { name: 'QIO', quad: true },
  { name: 'QOUT', quad: true },
  { name: 'DIO', quad: false },
  { name: 'DOUT', quad: false },
];

/** The sizes that a header for this chip can hold, up to `flashSize` in bytes if it is known. */
export function sizeOptions(chip: string, flashSize: number | null): SizeOption[] {
  const sizes = chipNamed(chip)?.sizes ?? [];
  return sizes
    .filter(({ bytes }) => flashSize === null || bytes <= flashSize)
    .map(({ name: id, code, bytes }) => ({ id, name: sizeName(id), code, bytes }));
}

/** The name of the setting for the flash size in the bootloader header. */
export const HEADER_SIZE_NAME = 'Flash size in the bootloader header';

/** esptool's name of a flash size (`4MB`) as shown to people: `4 MiB`. */
function sizeName(id: string): string {
  return id.replace('MB', ' MiB').replace('KB', ' KiB');
}

/** esptool's name of a flash size as shown to people: `4MB`. */
function sizeId(name: string): string {
  return name.replace(' MiB', 'MB').replace(' KiB', 'KB');
}

/** What decides which sizes that setting offers; `flashSize` in bytes, null if unknown. */
interface SizesOf {
  readonly chip: string;
  readonly flashSize: number | null;
  readonly security: Security;
}

/**
 * The name of the size to set so that the header covers addresses up to `end` (bytes): the flash's own size, or the smallest
 * sufficient one if that is unknown. Null if none suffices or the header cannot be changed on this chip.
 */
export function sizeReaching(end: number, { chip, flashSize, security }: SizesOf): string | null {
  if (checksSignatures(security) || !hasHeader(chip)) return null;
  const options = sizeOptions(chip, flashSize).filter(({ bytes }) => bytes >= end);
  const option = flashSize === null ? options[0] : options.at(-1);
  return option?.name ?? null;
}

/**
 * A sentence listing alternative next steps. If the finding's value `needs` names a header flash size, setting it comes
 * first.
 */
export function orHeaderSize(others: (at: Steps) => readonly string[]): (values: Values, at: Steps) => string {
  return ({ needs }, at) => {
    const rest = others(at);
    const all = needs === undefined ? rest : [setHeaderSize(needs, at), ...rest];
    const said = [...all.slice(0, -2), all.slice(-2).join(', or ')].join(', ');
    return `${capital(said)}.`;
  };
}

/** To set the flash size in the header to one of this name. */
export function setHeaderSize(name: string | number, at: Steps): string {
  return at.set(`${HEADER_SIZE}=${sizeId(String(name))}`, `“${HEADER_SIZE_NAME}” to ${name}`);
}

/** The repair that writes the flash size in a finding’s value `needs` to the header; null if it names none. */
export function headerSizeRepair({ needs }: Values): Repair | null {
  if (typeof needs !== 'string') return null;
  return {
    label: `Set the header’s flash size to ${needs}`,
    reason: 'Only the bootloader’s header changes, with the hash behind it: everything else on the board stays.',
    request: { do: 'set', id: HEADER_SIZE, value: sizeId(needs) },
  };
}

/** The SPI modes that a header can hold. */
export function modeOptions(): ModeOption[] {
  return MODES.map(({ name, quad }) => ({ id: name.toLowerCase(), name, code: SPI_MODES.indexOf(name), quad }));
}

/** The SPI frequencies that a header for this chip can hold, fastest first. */
export function frequencyOptions(chip: string): HeaderOption[] {
  const codes = Object.entries(chipNamed(chip)?.frequencies ?? {});
  return codes
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, mhz]) => ({ id: `${mhz}m`, name: `${mhz} MHz`, code: Number(code) }));
}

/** Whether images for this chip have the header that Sectorwise can edit and hash again: all but the ESP8266's. */
export function hasHeader(chip: string): boolean {
  return typeof chipNamed(chip)?.imageId === 'number';
}

/** The chosen header values; null for a field that is kept. */
export interface HeaderEdit {
  readonly size: SizeOption | null;
  readonly mode: ModeOption | null;
  readonly frequency: HeaderOption | null;
}

/** The header changes chosen in the settings; null if there are none, or the header must not be changed. */
export function headerEdit({ identity, esp }: Pick<EspInspection, 'identity' | 'esp'>): HeaderEdit | null {
  if (checksSignatures(esp.security) || !hasHeader(identity.chip)) return null;
  const named = <O extends HeaderOption>(options: readonly O[], id: string | undefined): O | null =>
    options.find((option) => option.id === id) ?? null;
  const size = named(sizeOptions(identity.chip, esp.sizeKnown ? esp.flashSize : null), esp.chosen[HEADER_SIZE]);
  const mode = named(modeOptions(), esp.chosen[HEADER_MODE]);
  const frequency = named(frequencyOptions(identity.chip), esp.chosen[HEADER_FREQUENCY]);
  return size === null && mode === null && frequency === null ? null : { size, mode, frequency };
}

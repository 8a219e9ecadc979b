/** What a person may choose about the way of working on a board, worded; and where the board leaves no choice. */
import { LARGEST_FLASH } from '../../flash/map.ts';
import type { Setting } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { Identity } from '../../flash/target.ts';
import { ASSUMED_FLASH_SIZE } from '../loader/device.ts';
import type { HeaderOption } from '../boot/bootloader-header.ts';
import { frequencyOptions, HEADER_SIZE_NAME, hasHeader, modeOptions, sizeOptions } from '../boot/bootloader-header.ts';
import type { EspInspection } from './inspection.ts';
import { unpacks } from '../loader/dialect.ts';
import {
  ERASE,
  FLASH_SIZE,
  HEADER_FREQUENCY,
  HEADER_MODE,
  HEADER_SIZE,
  KEEP,
  SPEED,
  SPEEDS,
  STUB,
  TRANSFER,
} from './setting-ids.ts';
import { checksSignatures, readBarrierOf } from './read-access.ts';

type Esp = Omit<EspInspection['esp'], 'prediction'>;
type Option = Setting['options'][number];

/** The choices on a board, as they stand with what the person chose. */
export function settingsOf({ chip }: Identity, esp: Esp): Setting[] {
  return [speed(esp), transfer(chip, esp), stub(chip, esp), ...flashSize(esp), erase(esp), ...header(chip, esp)];
}

/** The sizes of flash that are made for these chips, in bytes: esptool's FLASH_SIZES from 2 MB on, each twice the one before. */
const FLASH_SIZES = Array.from({ length: Math.log2(LARGEST_FLASH) - 20 }, (_, i) => 2 ** (21 + i));

/** The size of the flash in bytes that a person named for a board that cannot be asked; null if none was named. */
export function namedFlashSize(chosen: Esp['chosen']): number | null {
  return FLASH_SIZES.find((size) => String(size) === chosen[FLASH_SIZE]) ?? null;
}

/** A choice as it stands: one that is not offered counts as the usual one. */
function standing(
  { chosen }: Esp,
  setting: Omit<Setting, 'value' | 'usual'>,
  usual: string,
  fixed: string | null = null,
): Setting {
  const own = setting.options.find(({ id }) => id === chosen[setting.id])?.id;
  return fixed === null ? { ...setting, usual, value: own ?? usual } : { ...setting, usual, value: usual, fixed };
}

function speed(esp: Esp): Setting {
  const auto = { id: 'auto', name: 'Automatic', help: 'As fast as the link stays clean; slower after errors.' };
  const rates = SPEEDS.map((rate) => ({ id: String(rate), name: `${rate.toLocaleString('en')} baud` }));
  const help = 'How fast bytes go to the board. A long cable or a cheap bridge may need less.';
  const setting = { id: SPEED, name: 'Speed', help, options: [auto, ...rates] };
  return esp.mode === 'secure-download'
    ? standing(esp, setting, String(SPEEDS[0]), 'In Secure Download Mode the link stays at its first speed.')
    : standing(esp, setting, auto.id);
}

function transfer(chip: string, esp: Esp): Setting {
  const options = [
    { id: 'compressed', name: 'Compressed', help: 'Fewer bytes on the wire: most often faster.' },
    { id: 'raw', name: 'As it is', help: 'Slower; for a board that stumbles over compressed blocks.' },
  ];
  const help = 'How bytes travel to the board. What lands in the flash is the same.';
  const setting = { id: TRANSFER, name: 'Transfer', help, options };
  const known = chipNamed(chip);
  return known === undefined || unpacks(known, esp.mode)
    ? standing(esp, setting, 'compressed')
    : standing(esp, setting, 'raw', 'Without the flasher program this board gets its bytes as they are.');
}

function stub(chip: string, esp: Esp): Setting {
  const options = [
    { id: 'yes', name: 'Yes', help: 'The fast way. Where it does not start, the chip’s own loader does the work.' },
    { id: 'no', name: 'No', help: 'The chip’s own loader: slower; for a board that stumbles over the program.' },
  ];
  const help =
    'Whether a small program in the chip’s memory reads and writes the flash. Another choice connects to the board anew, ' +
    'at once.';
  const setting = { id: STUB, name: 'Flasher program', help, options };
  if (esp.mode === 'secure-download') {
    return standing(esp, setting, 'no', 'In Secure Download Mode the chip takes no program.');
  }
  if (esp.mode === 'rom' && esp.withoutStub === null) {
    return standing(esp, setting, 'no', 'There is no such program for this chip.');
  }
  const unusable = chipNamed(chip)?.rom.unusable ?? null;
  return standing(esp, setting, 'yes', unusable === null ? null : `The board needs it: ${unusable}.`);
}

function flashSize(esp: Esp): Setting[] {
  if (esp.sizeKnown) return [];
  const options = FLASH_SIZES.map((size) => ({ id: String(size), name: bytes(size) }));
  const help =
    'The board cannot be asked how large its flash is. The module’s name or the board’s papers tell. What is written ' +
    'past the true end is lost, and may land on something else.';
  const setting = standing(esp, { id: FLASH_SIZE, name: 'Flash size', help, options }, String(ASSUMED_FLASH_SIZE));
  // Not remembered: another board that tells nothing of itself may be smaller.
  return [{ ...setting, passing: true }];
}

function erase(esp: Esp): Setting {
  const options: Option[] = [
    { id: 'needed', name: 'Only what changes', help: 'Everything else stays, Wi-Fi settings and files too.' },
    {
      id: 'all',
      name: 'Everything',
      help: 'All that no file fills is blank afterwards. It takes a few seconds a MiB.',
    },
  ];
  const help = 'What is erased before new content comes.';
  return { ...standing(esp, { id: ERASE, name: 'Erase', help, options }, 'needed'), passing: true };
}

const QUAD =
  'ESP-IDF’s bootloaders are flashed with DIO or DOUT and switch to four data lines by themselves. QIO and QOUT fail ' +
  'where the board does not wire four.';

/** Which bootloader a choice for its header changes. */
const REACH: Readonly<Record<Esp['bootloader']['holds'], string>> = {
  image: ' Without a bootloader among your files the one on the board is changed.',
  blank: ' It reaches a bootloader among your files; this board has none, its place is blank.',
  'something else': ' It reaches a bootloader among your files; this board has none.',
  unseen: ' It reaches a bootloader among your files; the one on this board cannot be read.',
};

function header(chip: string, esp: Esp): Setting[] {
  if (!hasHeader(chip)) return [];
  const own = REACH[readBarrierOf(esp) === null ? esp.bootloader.holds : 'unseen'];
  const keep = { id: KEEP, name: 'Keep', help: 'As the bootloader has it.' };
  const named = (options: readonly HeaderOption[]): Option[] => [
    keep,
    ...options.map(({ id, name }) => ({ id, name })),
  ];
  const fixed = checksSignatures(esp.security)
    ? 'Secure boot is on: a changed header breaks the bootloader’s signature, and the board would not start.'
    : null;
  const of = (id: string, name: string, help: string, options: readonly Option[]) =>
    standing(esp, { id, name, help: `${help}${own}`, options }, KEEP, fixed);
  const sizes = sizeOptions(chip, esp.sizeKnown ? esp.flashSize : null);
  return [
    of(HEADER_SIZE, HEADER_SIZE_NAME, 'The bootloader refuses a table that reaches past this size.', [
      keep,
      ...sizes.map(({ id, name }) => ({ id, name })),
    ]),
    of(
      HEADER_MODE,
      'Flash mode in the bootloader',
      `How the chip reads its flash while it starts. ${QUAD}`,
      named(modeOptions()),
    ),
    of(
      HEADER_FREQUENCY,
      'Flash frequency in the bootloader',
      'How fast the chip reads its flash. Too fast for the flash chip, and the board does not start.',
      named(frequencyOptions(chip)),
    ),
  ];
}

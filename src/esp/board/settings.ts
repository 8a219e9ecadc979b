/** The settings offered for a board, with their wording, and those that the board fixes. */
import { LARGEST_FLASH } from '../../flash/map.ts';
import type { Setting } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { Identity } from '../../flash/target.ts';
import type { LoaderMode } from '../loader/device.ts';
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

/** All settings of a board, with their current values. */
export function settingsOf({ chip }: Identity, esp: Esp): Setting[] {
  const { mode } = esp;
  const link = mode === 'file' ? [] : [speed(esp), transfer(chip, mode, esp), stub(chip, esp)];
  return [...link, ...flashSize(esp), erase(esp), ...header(chip, esp)];
}

/** Flash sizes in bytes: esptool's FLASH_SIZES from 2 MB on, each twice the one before. */
const FLASH_SIZES = Array.from({ length: Math.log2(LARGEST_FLASH) - 20 }, (_, i) => 2 ** (21 + i));

/** The flash size in bytes chosen for a board that does not report it; null if none was chosen. */
export function namedFlashSize(chosen: Esp['chosen']): number | null {
  return FLASH_SIZES.find((size) => String(size) === chosen[FLASH_SIZE]) ?? null;
}

/** A setting with its current value: an unavailable choice counts as the usual one, and `fixed` says why there is none. */
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
  const auto = { id: 'auto', name: 'Automatic', help: 'As fast as the link allows; slows down after errors.' };
  const rates = SPEEDS.map((rate) => ({ id: String(rate), name: `${rate.toLocaleString('en')} baud` }));
  const help = 'Baud rate of the serial link. A long cable or a cheap USB-UART bridge may need a lower one.';
  const setting = { id: SPEED, group: 'link', name: 'Speed', help, options: [auto, ...rates] } as const;
  return esp.mode === 'secure-download'
    ? standing(esp, setting, String(SPEEDS[0]), 'In Secure Download Mode the baud rate cannot be changed.')
    : standing(esp, setting, auto.id);
}

function transfer(chip: string, mode: LoaderMode, esp: Esp): Setting {
  const options = [
    { id: 'compressed', name: 'Compressed', help: 'Fewer bytes to transfer: usually faster.' },
    { id: 'raw', name: 'Uncompressed', help: 'Slower; for a board that fails with compressed data.' },
  ];
  const help = 'How data is sent to the board. The flash content is the same either way.';
  const setting = { id: TRANSFER, group: 'link', name: 'Transfer', help, options } as const;
  const known = chipNamed(chip);
  return known === undefined || unpacks(known, mode)
    ? standing(esp, setting, 'compressed')
    : standing(esp, setting, 'raw', 'Without the flasher stub, this chip only takes uncompressed data.');
}

function stub(chip: string, esp: Esp): Setting {
  const options = [
    { id: 'yes', name: 'Yes', help: 'Faster. If the stub does not start, the ROM loader is used.' },
    { id: 'no', name: 'No', help: 'Use the ROM loader: slower; for a board on which the stub fails.' },
  ];
  const help =
    'The stub is a small program that Sectorwise loads into the chip’s RAM to read and write the flash, as esptool does. ' +
    'Changing this reconnects to the board at once.';
  const setting = { id: STUB, group: 'link', name: 'Flasher stub', help, options } as const;
  if (esp.mode === 'secure-download') {
    return standing(esp, setting, 'no', 'In Secure Download Mode the chip does not accept a stub.');
  }
  if (esp.mode === 'rom' && esp.withoutStub === null) {
    return standing(esp, setting, 'no', 'There is no flasher stub for this chip.');
  }
  const unusable = chipNamed(chip)?.rom.unusable ?? null;
  return standing(esp, setting, 'yes', unusable === null ? null : `The board needs it: ${unusable}.`);
}

function flashSize(esp: Esp): Setting[] {
  if (esp.sizeKnown) return [];
  const options = FLASH_SIZES.map((size) => ({ id: String(size), name: bytes(size) }));
  const help =
    'The board does not report its flash size. Look it up on the module’s label or in its data sheet. Data written past ' +
    'the actual end is lost, and may overwrite something else.';
  const setting = standing(
    esp,
    { id: FLASH_SIZE, group: 'flash', name: 'Flash size', help, options },
    String(ASSUMED_FLASH_SIZE),
  );
  // Not remembered: the next board that does not report its size may have less flash.
  return [{ ...setting, passing: true }];
}

function erase(esp: Esp): Setting {
  const options: Option[] = [
    { id: 'needed', name: 'Only what changes', help: 'Everything else stays, including Wi-Fi settings and files.' },
    {
      id: 'all',
      name: 'Everything',
      help: 'Everything outside the chosen files is blank afterwards.',
    },
  ];
  const help = 'What is erased before the new content is written.';
  return {
    ...standing(esp, { id: ERASE, group: 'flash', name: 'Erase', help, options }, 'needed'),
    passing: true,
    planned: true,
  };
}

const QUAD =
  'ESP-IDF bootloaders are flashed with DIO or DOUT and switch to four data lines on their own. QIO and QOUT fail ' +
  'if the board does not connect all four.';

/** Which bootloader the header settings change. */
const REACH: Readonly<Record<Esp['bootloader']['holds'], string>> = {
  image: ' If the chosen files include no bootloader, the one on the board is changed.',
  blank: ' Applies to a bootloader in the chosen files; this board has none, the flash there is blank.',
  'other image': ' Applies to a bootloader in the chosen files; this board has none.',
  'something else': ' Applies to a bootloader in the chosen files; this board has none.',
  unseen: ' Applies to a bootloader in the chosen files; the one on this board cannot be read.',
};

function header(chip: string, esp: Esp): Setting[] {
  if (!hasHeader(chip)) return [];
  const own = REACH[readBarrierOf(esp) === null ? esp.bootloader.holds : 'unseen'];
  const keep = { id: KEEP, name: 'Keep', help: 'Leave the header as it is.' };
  const named = (options: readonly HeaderOption[]): Option[] => [
    keep,
    ...options.map(({ id, name }) => ({ id, name })),
  ];
  const fixed = checksSignatures(esp.security)
    ? 'Secure boot is on: changing the header breaks the bootloader’s signature, and the board would not start.'
    : null;
  const of = (id: string, name: string, help: string, options: readonly Option[]) =>
    standing(esp, { id, group: 'header', name, help: `${help}${own}`, options, planned: true }, KEEP, fixed);
  const sizes = sizeOptions(chip, esp.sizeKnown ? esp.flashSize : null);
  return [
    of(HEADER_SIZE, HEADER_SIZE_NAME, 'The bootloader rejects a partition table that extends past this size.', [
      keep,
      ...sizes.map(({ id, name }) => ({ id, name })),
    ]),
    of(
      HEADER_MODE,
      'Flash mode in the bootloader header',
      `How the chip reads its flash at startup. ${QUAD}`,
      named(modeOptions()),
    ),
    of(
      HEADER_FREQUENCY,
      'Flash frequency in the bootloader header',
      'How fast the chip reads its flash. If this is too fast for the flash chip, the board does not start.',
      named(frequencyOptions(chip)),
    ),
  ];
}

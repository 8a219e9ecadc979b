/** Reads the errors of builds and boots that say that something does not fit, in the exact words of the tools that print them. */
import { bytes, hex } from '../../flash/finding.ts';
import type { BuildErrorReading, FitRequest } from '../../flash/layout-fit.ts';
import { ON_PAGE } from '../../flash/steps.ts';
import { HEADER_SIZE } from '../board/setting-ids.ts';
import { HEADER_SIZE_NAME } from '../boot/bootloader-header.ts';
import { APP_ALIGNMENT, UNIT } from '../flash-geometry.ts';
import { roundedUp, SIZE_STEP } from './treatments.ts';

/** One message: who prints it, how it begins, and what it means. */
interface Message {
  /** Repository and file of the tool, where the words are. */
  readonly source: string;
  readonly pattern: RegExp;
  readonly read: (found: RegExpExecArray, text: string) => BuildErrorReading;
}

/** More of a build's output than this is not looked at, in characters. */
const MOST_TEXT = 1 << 20;
/** The room of a partition that an error of ESP-IDF lists: `Part 'factory' 0/0 @ 0x10000 size 0x100000 (overflow 0xa0000)`. */
const PART = /Part '([^']*)' (\d+)\/(\d+) @ (0x[\da-f]+) size (0x[\da-f]+) \(overflow (0x[\da-f]+)\)/gi;
const SHOWN = 'Layouts with that room are above.';

function app(size: number): FitRequest {
  return { for: 'app', size, slots: 'every' };
}

/**
 * The size of the .bin file of an app whose sections have this size: esptool puts each flash-mapped segment at the offset in a
 * 64 KiB page that its load address has (esptool, `bin_image.py`, IROM_ALIGN), so that the file is up to so much larger.
 */
function binSize(sections: number): number {
  return sections + APP_ALIGNMENT;
}

function tooSmall([, , name = '', size = '']: RegExpExecArray, text: string): BuildErrorReading {
  const needed = Number(size);
  const rooms = [...text.matchAll(PART)].map(
    ([, part = '', , , at = '', room = '', over = '']) =>
      ` ${part} at ${hex(Number(at))} has ${bytes(Number(room))}: ${bytes(Number(over))} too little.`,
  );
  return { says: `${name} is ${bytes(needed)}.${rooms.join('')} ${SHOWN}`, room: app(needed) };
}

function program(tool: string, used: number, most: number): BuildErrorReading {
  if (used <= most) return { says: `${tool}: the app has ${bytes(used)} of ${bytes(most)}, so it fits.`, room: null };
  const over = `${bytes(used - most)} too much`;
  const says = `${tool}: the app’s sections are ${bytes(used)}, and the slot has ${bytes(most)}: ${over}. The .bin file may be up to ${bytes(APP_ALIGNMENT)} larger.`;
  return { says: `${says} ${SHOWN}`, room: app(binSize(used)) };
}

/** The size that the tool was told to make the image, from its command or its own words; null if the text does not say. */
function imageSize(text: string): number | null {
  const kib = /\[(?:LittleFS|SPIFFS)\] size\s*: (\d+)/.exec(text)?.[1];
  const own = /mk(?:littlefs|spiffs)\S{0,99} [^\n]{0,999}-s (\w{1,12})|spiffsgen\.py (\w{1,12})/.exec(text);
  const size = kib === undefined ? Number(own?.[1] ?? own?.[2]) : Number(kib) * 1024;
  return Number.isSafeInteger(size) && size > 0 ? size : null;
}

function full(tool: string) {
  return (_found: RegExpExecArray, text: string): BuildErrorReading => {
    const size = imageSize(text);
    const says = `${tool}: the files do not fit into the file system`;
    if (size === null) {
      const next =
        'The text does not say how large it is: paste the command before it too, or make the partition larger below.';
      return { says: `${says}. ${next}`, room: null };
    }
    const wanted = roundedUp(size * 1.5, SIZE_STEP);
    const guess = `The tool does not say how much they need, so the layouts above have half as much again: ${bytes(wanted)}.`;
    return { says: `${says} of ${bytes(size)}. ${guess}`, room: { for: 'data', size: wanted } };
  };
}

function unaligned(name: string, offset: number, block: number): BuildErrorReading {
  const up = roundedUp(offset, block);
  const says = `${name} starts at ${hex(offset)}, which is no multiple of ${hex(block)}: use ${hex(up)} or ${hex(up - block)} in the CSV.`;
  return { says: `${says} Import it here to have every row checked.`, room: null };
}

const CHECK_SIZES = 'espressif/esp-idf, components/partition_table/check_sizes.py';
const GEN_PART = 'espressif/esp-idf, components/partition_table/gen_esp32part.py';

/** Every message that is understood. */
export const MESSAGES: readonly Message[] = [
  {
    source: CHECK_SIZES,
    pattern:
      /((?:All|\d+\/\d+) app partitions are|app (?:\([^)]*\) )?partition is) too small for binary (\S+) size (0x[\da-f]+)/i,
    read: tooSmall,
  },
  {
    source: 'espressif/esp-idf, components/bootloader_support/src/esp_image_format.c',
    pattern: /Image length (\d+) doesn't fit in partition length (\d+)/,
    read: ([, size = '', room = '']) => ({
      says: `The app is ${bytes(Number(size))}, and its partition has ${bytes(Number(room))}. ${SHOWN}`,
      room: app(Number(size)),
    }),
  },
  {
    source: 'platformio/platform-espressif32 and others, builder: checkprogsize',
    pattern: /The program size \((\d+) bytes\) is greater than maximum allowed \((\d+) bytes\)/,
    read: ([, used = '', most = '']) => program('PlatformIO', Number(used), Number(most)),
  },
  {
    source: 'arduino/arduino-cli, internal/arduino/builder/sizer.go',
    pattern: /Sketch uses (\d+) bytes \(\d+%\) of program storage space\. Maximum is (\d+) bytes/,
    read: ([, used = '', most = '']) => program('Arduino', Number(used), Number(most)),
  },
  {
    source: 'arduino/arduino-cli, internal/arduino/builder/sizer.go',
    pattern: /text section exceeds available space in board|Sketch too big/,
    read: () => ({
      says: 'Arduino: the sketch is too large for its slot. Paste the line before it too: “Sketch uses … bytes”.',
      room: null,
    }),
  },
  {
    source: 'arduino/arduino-cli, internal/arduino/builder/sizer.go',
    pattern: /data section exceeds available space in board/,
    read: () => ({
      says: 'Arduino: the variables do not fit into RAM. No layout of the flash changes that.',
      room: null,
    }),
  },
  {
    source: 'earlephilhower/mklittlefs, main.cpp; joltwallet/esp_littlefs runs it',
    pattern: /lfs_write error\(-28\)|LittleFS image creation failed|LittleFS Create Failed|No more free space/i,
    read: full('mklittlefs'),
  },
  {
    source: 'igrr/mkspiffs, main.cpp',
    pattern: /SPIFFS_write error\(-10001\)/,
    read: full('mkspiffs'),
  },
  {
    source: 'espressif/esp-idf, components/spiffs/spiffsgen.py',
    pattern: /the image size has been exceeded/,
    read: full('spiffsgen'),
  },
  {
    source: 'espressif/esp-idf, components/spiffs/spiffsgen.py',
    pattern: /image size should be a multiple of block size/,
    read: () => ({
      says: `spiffsgen: the size of the partition is no multiple of its block, ${bytes(UNIT)}. Correct its size in the CSV.`,
      room: null,
    }),
  },
  {
    source: 'espressif/esp-idf, components/spiffs/spiffsgen.py',
    pattern: /given base directory (\S+) does not exist/,
    read: ([, folder = '']) => ({
      says: `spiffsgen: there is no folder ${folder} with the files. No layout of the flash changes that.`,
      room: null,
    }),
  },
  {
    source: 'espressif/esp-idf, components/bootloader_support/src/flash_partitions.c',
    pattern: /partition (\d+) invalid - offset (0x[\da-f]+) size (0x[\da-f]+) exceeds flash chip size (0x[\da-f]+)/i,
    // The bootloader counts rows from 0.
    read: ([, index = '', offset = '', size = '', chip = '']) => ({
      says:
        `The bootloader’s header says that the flash has ${bytes(Number(chip))}, but row ${Number(index) + 1} of the table ends at ` +
        `${hex(Number(offset) + Number(size))}, so the bootloader rejects the table. If the chip is larger, ` +
        `${ON_PAGE.set(`${HEADER_SIZE}=SIZE`, `“${HEADER_SIZE_NAME}” to its size`)}; otherwise use a layout that ends earlier.`,
      room: null,
    }),
  },
  {
    source: GEN_PART,
    pattern: /Partition (\S+) invalid: Offset (0x[\da-f]+) is not aligned to (0x[\da-f]+)/i,
    read: ([, name = '', offset = '', block = '']) => unaligned(name, Number(offset), Number(block)),
  },
  {
    source: GEN_PART,
    pattern: /Partition (\S+) not aligned to (0x[\da-f]+)/i,
    read: ([, name = '', block = '']) => ({
      says: `${name} does not start at a multiple of ${hex(Number(block))}. Import the CSV here: its row then says which one to use.`,
      room: null,
    }),
  },
  {
    source: GEN_PART,
    pattern: /\((\d+) bytes\) which does not fit in configured flash size (?:of )?(\d+)MB/,
    read: ([, end = '', size = '']) => ({
      says:
        `The table ends at ${bytes(Number(end))}, but the project is set to ${size} MB of flash. If the chip is larger, set ` +
        'its size in menuconfig (CONFIG_ESPTOOLPY_FLASHSIZE); otherwise use a layout that ends earlier.',
      room: null,
    }),
  },
  {
    source: GEN_PART,
    pattern:
      /Partitions overlap\. Partition at line (\d+) sets offset (0x[\da-f]+)\. Previous partition ends (0x[\da-f]+)/i,
    read: ([, line = '', offset = '', end = '']) => ({
      says: `Line ${line} of the CSV starts at ${hex(Number(offset))}, but the partition before it ends at ${hex(Number(end))}. Import it here to correct it.`,
      room: null,
    }),
  },
  {
    source: GEN_PART,
    pattern: /First partition offset (0x[\da-f]+) overlaps end of partition table (0x[\da-f]+)/i,
    read: ([, offset = '', end = '']) => ({
      says: `The first partition starts at ${hex(Number(offset))}, but the table itself ends at ${hex(Number(end))}. Start it there.`,
      room: null,
    }),
  },
  {
    source: CHECK_SIZES,
    pattern: /Bootloader binary size (0x[\da-f]+) bytes is too large for partition table offset (0x[\da-f]+)/i,
    read: ([, size = '', table = '']) => ({
      says:
        `The bootloader is ${bytes(Number(size))}, too much for the space before the table at ${hex(Number(table))}. Build it ` +
        'with less logging, or move the table in menuconfig (CONFIG_PARTITION_TABLE_OFFSET).',
      room: null,
    }),
  },
];

/** What the error of a build, or what a board prints, says. Of several, one that a layout helps with comes first. Never throws. */
export function readBuildError(text: string): BuildErrorReading {
  const seen = text.slice(0, MOST_TEXT);
  if (seen.trim() === '') return { says: 'Nothing was pasted.', room: null };
  const read = MESSAGES.flatMap(({ pattern, read: mean }) => {
    const found = pattern.exec(seen);
    return found === null ? [] : [mean(found, seen)];
  });
  return read.find(({ room }) => room !== null) ?? read[0] ?? { says: NOT_UNDERSTOOD, room: null };
}

const NOT_UNDERSTOOD =
  'This is none of the errors that are understood here: that an app or a file system is too large, that a partition table is ' +
  'misaligned or does not fit the flash. Paste the lines of the error as the tool printed them.';

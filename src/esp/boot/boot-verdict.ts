/** Interprets a boot log: which app started, or why none did and what to do next. */
import type { TextPlace } from '../../flash/bounded-log.ts';
import type { BootJudge, BootVerdict } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import type { Layout, Partition, StartPlace } from '../../flash/layout.ts';
import { plainText } from '../../flash/terminal-text.ts';
import type { EspInspection } from '../board/inspection.ts';

const CONNECT_AGAIN = 'Connect again: Sectorwise reads the board and shows what is missing.';
const NEW_BOOTLOADER = 'Connect again and flash the bootloader from your build (bootloader.bin).';
const NEW_TABLE =
  'Connect again and flash a partition table with an app partition (partitions.csv or partitions.bin) and the app.';

/** Log lines of ESP-IDF's second-stage bootloader. */
const STARTED = /boot: Loaded app from partition at offset 0x([0-9a-f]+)/i;
/** The bootloader's line behind its table (ESP-IDF, bootloader_utility.c). */
export const TABLE_END = /boot: End of partition table/;
const APP_ROW = /boot:\s+\d+ .* 00 [0-9a-f]{2} [0-9a-f]{8} [0-9a-f]{8}$/;
const NO_APP = /No bootable app partitions/;

/** Log lines of the bootloader and the ROMs when nothing starts, each with the reason and the next step. */
const NOTHING_STARTS: readonly (readonly [RegExp, (found: RegExpExecArray) => string, string])[] = [
  [/exceeds flash chip size/, () => 'a partition ends past the flash size in the bootloader header.', CONNECT_AGAIN],
  [
    /(Failed to verify partition table|load partition table error)/,
    () => 'the bootloader rejects the partition table.',
    CONNECT_AGAIN,
  ],
  [NO_APP, () => 'the bootloader found no app to load.', CONNECT_AGAIN],
  [/invalid header: 0x/, () => 'the ROM finds no bootloader.', CONNECT_AGAIN],
  // First the ROMs of the C3 and the S3, then the ESP32's.
  [
    /(?:Checksum failure\. Calculated (0x[0-9a-f]+) stored (0x[0-9a-f]+)|csum err:\s*(0x[0-9a-f]+)!=(0x[0-9a-f]+))/i,
    ([, a, b, c, d]) => `the bootloader is damaged (checksum ${a ?? c} against ${b ?? d}).`,
    NEW_BOOTLOADER,
  ],
  // Also matches where the line before it was missed.
  [/ets_main\.c \d+/, () => 'the ROM could not load the bootloader.', NEW_BOOTLOADER],
  [
    /Falling back to built-in command interpreter/,
    () => 'the ROM could not load the bootloader and waits for commands.',
    NEW_BOOTLOADER,
  ],
];

/** Without secure boot a ROM may continue after this, so the next lines decide. */
const HASH_WRONG = /SHA-256 comparison failed/;
const GOES_ON = /Attempting to boot anyway/;
/** A ROM's first lines after each reset: `ets Jul 29 2019 12:21:46`, `ESP-ROM:esp32c3-api1-20210207`, `rst:0x1 (POWERON)`. */
const ROM_BEGINS = /^(ets [A-Z]|ESP-ROM:|rst:0x)/;
const ROM_BANNER = /^(ets [A-Z]|ESP-ROM:|Build:|rst:0x)/;

/** The longest line that is judged, in characters: of a longer one, its end. A board may never end a line. */
const LINE_MOST = 0x1000;

/** The judge of one boot: the first decisive line counts; output of later boot cycles is ignored. */
export function bootJudge(layout: Layout, expected: StartPlace | string | null): Judge {
  return new Judge(layout, expected);
}

/** Judges a boot log piece by piece; see `BootJudge`. */
class Judge implements BootJudge<EspInspection> {
  #verdict: BootVerdict | null = null;
  /** The line that has not ended yet, and how many characters were heard before it. */
  #line = '';
  #before = 0;
  #table: 'unseen' | 'without an app' | 'with an app' = 'unseen';
  #hashWrong = false;
  /** Whether it printed only a ROM banner, or nothing at all. */
  #silent = true;

  constructor(
    private readonly layout: Layout,
    private readonly expected: StartPlace | string | null,
  ) {}

  hear(text: string): BootVerdict | null {
    if (this.#verdict !== null) return this.#verdict;
    // Text arrives in pieces, and a truncated offset is a different offset, so only complete lines count.
    const [first = '', ...rest] = text.split(/[\r\n]/);
    this.#line += first;
    for (const next of rest) {
      this.#cut();
      const line = { from: this.#before, to: this.#before + this.#line.length };
      this.#verdict ??= this.#judge(plainText(this.#line), line);
      [this.#line, this.#before] = [next, line.to + 1];
    }
    if (this.#line.length > 2 * LINE_MOST) this.#cut();
    return this.#verdict;
  }

  end(board: Pick<EspInspection, 'identity'>): BootVerdict | null {
    if (this.#verdict !== null) return this.#verdict;
    this.#note(plainText(this.#line));
    return this.#hashWrong ? hashVerdict : this.#silent ? silence(this.layout, this.expected, board) : null;
  }

  /** Forgets what of the line is too long to be judged. */
  #cut(): void {
    const rest = this.#line.slice(-LINE_MOST);
    this.#before += this.#line.length - rest.length;
    this.#line = rest;
  }

  #note(line: string): void {
    if (line.trim() !== '' && !ROM_BANNER.test(line)) this.#silent = false;
  }

  /** Takes a complete line without escape sequences, and where it is. */
  #judge(line: string, place: TextPlace): BootVerdict | null {
    if (line === '') return null;
    this.#note(line);
    const started = STARTED.exec(line)?.[1];
    if (started !== undefined) return { ...startVerdict(started, this.layout, this.expected), line: place };
    if (this.#hashWrong && ROM_BEGINS.test(line)) return hashVerdict;
    this.#hashWrong = HASH_WRONG.test(line) || (this.#hashWrong && !GOES_ON.test(line));
    if (APP_ROW.test(line)) this.#table = 'with an app';
    else if (TABLE_END.test(line) && this.#table === 'unseen') this.#table = 'without an app';
    if (NO_APP.test(line) && this.#table === 'without an app')
      return nothing('the partition table contains no app: it is blank, or was made without one.', NEW_TABLE, place);
    for (const [words, why, next] of NOTHING_STARTS) {
      const found = words.exec(line);
      if (found !== null) return nothing(why(found), next, place);
    }
    return null;
  }
}

function nothing(why: string, next: string, line?: TextPlace): BootVerdict {
  const says = `The board does not start: ${why} ${next}`;
  return { partition: null, good: false, says, ...(line !== undefined && { line }) };
}

const hashVerdict = nothing('the ROM rejects the bootloader because its SHA-256 is wrong.', NEW_BOOTLOADER);

/** An ESP32 without a bootloader prints only its ROM banner. If an app was expected, silence has other possible causes. */
function silence(
  layout: Layout,
  expected: StartPlace | string | null,
  { identity }: Pick<EspInspection, 'identity'>,
): BootVerdict | null {
  if (identity.chip !== 'ESP32' || expected !== null) return null;
  const bootloader = layout.partitions.find(({ role }) => role === 'boot');
  const where = bootloader === undefined ? '' : ` at ${hex(bootloader.address)}`;
  const says = `The board printed nothing: an ESP32 stays silent when there is no bootloader${where}.`;
  return { partition: null, good: false, says: `${says} ${CONNECT_AGAIN}` };
}

function startVerdict(started: string, layout: Layout, expected: StartPlace | string | null): BootVerdict {
  const offset = Number.parseInt(started, 16);
  const partition = layout.partitions.find((p) => p.role === 'app' && p.address === offset) ?? null;
  if (partition === null) {
    const says = `The board started an app at ${hex(offset)}, where the planned partition table has none.`;
    return { partition, good: false, says: `${says} ${CONNECT_AGAIN}` };
  }
  const says = `The board started ${partition.name} (${hex(offset)})`;
  if (expected === null || isMeant(partition, expected)) return { partition, good: true, says: `${says}.` };
  const other = otherWords(partition, expected);
  const why = `the bootloader fell back. Its log shows why it skipped ${other}`;
  const next = 'flash an app that is built for this board and its bootloader.';
  return { partition, good: false, says: `${says}, not ${other} as planned: ${why}; ${next}` };
}

/** Two slots can have one name, so the address decides; the record of an older version has only the name. */
function isMeant({ name, address }: Partition, expected: StartPlace | string): boolean {
  return typeof expected === 'string' ? name === expected : address === expected.address;
}

function otherWords({ name }: Partition, expected: StartPlace | string): string {
  if (typeof expected === 'string') return expected;
  return expected.name === name ? `${name} at ${hex(expected.address)}` : expected.name;
}

/** Reads the log of one start or several as evidence: why the board does not run, and the partition table that the bootloader printed. */
import { list } from '../../flash/english.ts';
import type { Finding, Values } from '../../flash/finding.ts';
import type { TableEntry } from '../../flash/layout-editor.ts';
import { plainText } from '../../flash/terminal-text.ts';
import { TABLE_END } from './boot-verdict.ts';
import { bootLogFinding } from './log-findings.ts';
import type { BootLogFindingKind } from './log-findings.ts';

/** What a boot log shows. */
export interface BootLogReading {
  readonly findings: readonly Finding[];
  /** The last table that the bootloader printed whole; null if it printed none. Flags are not in a log. */
  readonly rows: readonly TableEntry[] | null;
}

/** The most of a log that is read, in characters, from its end: a board may print for hours. */
const MOST = 1 << 20;
/** The most of a line that is quoted. */
const MOST_QUOTED = 120;
/** How many starts, none of them by a person, by power or out of deep sleep, make a loop. */
const LOOP = 3;

/** The ROM's line after a reset: `rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)`. */
const RESET = /^rst:(0x[0-9a-f]+) \(([^)]*)\)/i;
/** Resets that a person or the supply makes: power-on, the EN pin, USB's control lines (ROM `rtc.h`, RESET_REASON). */
const BY_HAND: ReadonlySet<string> = new Set([
  'POWERON_RESET',
  'POWERON',
  'EXT_RESET',
  'USB_UART_CHIP_RESET',
  'USB_UART_HPSYS',
]);
/** The app asked to be woken again: on every chip, though the ROMs name it differently (ROM `rtc.h`, DEEPSLEEP_RESET). */
const DEEP_SLEEP = '0x5';
const WATCHDOG_IN_ROM = '0x10';

interface Sign {
  readonly kind: BootLogFindingKind;
  readonly line: RegExp;
  readonly values?: (found: RegExpExecArray) => Values;
}

/** Lines of the ROMs, of ESP-IDF's bootloader (`bootloader_utility.c`, `esp_image_format.c`) and of apps (`panic.c`, `brownout.c`). */
const SIGNS: readonly Sign[] = [
  { kind: 'log-brown-out', line: /Brownout detector was triggered|\bBROWN_?OUT_RESET\b|BROWNOUT_RST/i },
  {
    kind: 'log-invalid-header',
    line: /invalid header: (0x[0-9a-f]+)/i,
    values: ([, value = '']) => ({ value, what: /^0xf+$/i.test(value) ? 'blank flash' : 'something else' }),
  },
  { kind: 'log-bootloader-damaged', line: /csum err:|Checksum failure\. Calculated|ets_main\.c \d+/i },
  { kind: 'log-flash-unreadable', line: /flash read err, \d+/i },
  {
    kind: 'log-table-refused',
    line: /flash_parts: .*(?:invalid|Incorrect|Only one|no terminating)|partition table has no terminating entry/,
  },
  {
    kind: 'log-app-refused',
    line: /esp_image: (?:Checksum failed|Image hash failed|image at \S+ has invalid|Image length|invalid segment|Segment \d+ load|Segment \d+ .*invalid|partition size)|boot_comm: (?:mismatch chip ID|chip revision check failed)/,
  },
  { kind: 'log-flash-size', line: /Detected size\(\d+k\) smaller than the size in the binary image header/ },
  {
    kind: 'log-panic',
    line: /Guru Meditation Error: Core\s+\d panic'?ed \(([^)]*)\)|(abort\(\) was called at PC 0x[0-9a-f]+)|(A stack overflow in task \S+)/i,
    values: ([, panic, abort, overflow]) => ({
      cause: panic ?? (abort === undefined ? (overflow ?? '') : 'abort() was called'),
    }),
  },
  { kind: 'log-app-watchdog', line: /Task watchdog got triggered/ },
  { kind: 'log-download-mode', line: /waiting for download|wait (?:uart\d?|usb) download/i },
];
const PROJECT = /Project name:\s+(\S.*)/;

/** Reads a log, of one start or several, as it arrived. Never throws. */
export function readBootLog(text: string): BootLogReading {
  const lines = plainText(text.slice(-MOST)).split(/[\r\n]+/);
  const seen = new Map<BootLogFindingKind, { times: number; readonly values: Values }>();
  const note = (kind: BootLogFindingKind, line: string, values: Values) => {
    const known = seen.get(kind);
    if (known === undefined)
      seen.set(kind, { times: 1, values: { line: line.trim().slice(0, MOST_QUOTED), ...values } });
    else known.times++;
  };
  let app = 'The app';
  const resets: { readonly code: string; readonly name: string }[] = [];
  for (const line of lines) {
    const [, code, name = ''] = RESET.exec(line.trim()) ?? [];
    if (code !== undefined) resets.push({ code: code.toLowerCase(), name });
    app = PROJECT.exec(line)?.[1] ?? app;
    for (const { kind, line: sign, values } of SIGNS) {
      const found = sign.exec(line);
      if (found !== null) note(kind, line, { app, ...values?.(found) });
    }
  }
  const inRom = resets.filter(({ code }) => code === WATCHDOG_IN_ROM);
  if (inRom[0] !== undefined) seen.set('log-watchdog-in-rom', { times: inRom.length, values: {} });
  const byItself = resets.filter(({ code, name }) => code !== DEEP_SLEEP && !BY_HAND.has(name));
  if (byItself.length >= LOOP) {
    const causes = list([...new Set(byItself.map(({ code, name }) => `rst:${code} ${name}`))]);
    seen.set('log-boot-loop', { times: byItself.length, values: { causes } });
  }
  const findings = [...seen].map(([kind, { times, values }]) =>
    bootLogFinding(kind, { in: 'device' }, { ...values, times }),
  );
  return { findings, rows: tableIn(lines) };
}

const TABLE_BEGINS = /boot: Partition Table:/;
/** `boot:  0 nvs              WiFi data        01 02 00009000 00015000` (`bootloader_utility.c`, load_partition_table). */
const ROW = /boot:\s+(\d+) (.{16}) .{16} ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{8}) ([0-9a-f]{8})\s*$/i;

/** The last table in a log that is there from its first line to its last, with every row. */
function tableIn(lines: readonly string[]): readonly TableEntry[] | null {
  let last: readonly TableEntry[] | null = null;
  let rows: TableEntry[] | null = null;
  for (const line of lines) {
    if (TABLE_BEGINS.test(line)) rows = [];
    else if (TABLE_END.test(line)) {
      if (rows !== null && rows.length > 0) last = rows;
      rows = null;
    } else if (rows !== null && /boot:\s+\d+ /.test(line)) {
      const row = rowIn(line, rows.length);
      // A line that was lost or garbled makes the whole table doubtful.
      rows = row === null ? null : [...rows, row];
    }
  }
  return last;
}

function rowIn(line: string, index: number): TableEntry | null {
  const [, number, label = '', type = '', subtype = '', offset = '', size = ''] = ROW.exec(line) ?? [];
  if (number === undefined || Number(number) !== index) return null;
  const [name, hex] = [label.trimEnd(), (digits: string) => Number.parseInt(digits, 16)];
  return {
    name,
    type: hex(type),
    subtype: hex(subtype),
    offset: hex(offset),
    size: hex(size),
    encrypted: false,
    readonly: false,
  };
}

/** Test support: a flash or a boot log for each finding of a closer look. Nothing of the app imports it. */
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { DiagnosisFindingKind } from '../../esp/diagnose/findings.ts';
import { readBootLog } from '../../esp/boot/log-evidence.ts';
import type { BootLogFindingKind } from '../../esp/boot/log-findings.ts';
import { diagnosedOf } from '../esp/diagnosed.ts';
import type { TestIdentity } from '../esp/placements.ts';
import { boardOf, encrypting } from '../esp/placements.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { BLINK, disorder, edited, ENCRYPTED, flashWith, LOST_OTADATA } from './samples.ts';

const ABORTED = 4;
const WRONG = { crc: 0x0badc0de };
const LARGE = buildAppImage({ project: 'large', version: '1', seed: 5, size: 0x1c0000 });

interface BrokenFlash {
  readonly kind: DiagnosisFindingKind;
  readonly also?: readonly string[];
  readonly flash: Uint8Array;
  readonly mended: Uint8Array;
  readonly identity?: TestIdentity;
}

const otadata = (...records: Parameters<typeof buildOtadata>): Uint8Array =>
  flashWith((flash) => flash.set(buildOtadata(...records), 0x1e000));
const bothApps = flashWith((flash) => flash.set(BLINK, 0x1d0000));

const FLASHES: readonly BrokenFlash[] = [
  {
    kind: 'bootloader-broken',
    flash: flashWith((flash) => (flash[0x1100] = (flash[0x1100] ?? 0) ^ 1)),
    mended: flashWith((flash) => flash.set(buildBootloaderImage({ flashMegabytes: 4 }), 0x1000)),
  },
  {
    kind: 'app-for-another-chip',
    flash: flashWith((flash) =>
      flash.set(buildAppImage({ project: 'blink', version: '2', seed: 3, chipId: 5 }), 0x1d0000),
    ),
    mended: bothApps,
  },
  {
    kind: 'app-larger-than-slot',
    also: ['contents-lost', 'image-segment-past-end', 'image-truncated'],
    flash: flashWith((flash) => flash.set(LARGE, 0x1d0000)),
    mended: bothApps,
  },
  {
    kind: 'otadata-rolled-back',
    flash: otadata({ seq: 1 }, { seq: 2, state: ABORTED }),
    mended: otadata({ seq: 1 }, { seq: 2 }),
  },
  {
    kind: 'otadata-entry-damaged',
    flash: otadata({ seq: 1 }, { seq: 2, ...WRONG }),
    mended: LOST_OTADATA,
  },
  {
    kind: 'contents-lost',
    flash: flashWith((flash) => disorder(flash.subarray(0x380000, 0x400000))),
    mended: flashWith((flash) => flash.fill(0xff, 0x380000, 0x400000)),
  },
  {
    kind: 'plain-app-on-encrypting-chip',
    flash: edited(ENCRYPTED, (flash) => flash.set(BLINK, 0x1d0000)),
    mended: edited(ENCRYPTED, (flash) => flash.fill(0xff, 0x20000)),
    identity: { security: encrypting('allowed') },
  },
];

/** What a closer look adds to what connecting shows. */
async function added(flash: Uint8Array, identity: TestIdentity = {}): Promise<string[]> {
  const known = new Set(kindsOf((await boardOf(flash, identity)).findings));
  return kindsOf((await diagnosedOf(flash, identity)).findings).filter((kind) => !known.has(kind));
}

/** Starts that a person makes, and the app's first words. */
const STARTED = [
  'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
  'I (60) boot: ESP-IDF v5.3.1 2nd stage bootloader',
  'I (372) boot: Loaded app from partition at offset 0x20000',
  'I (400) app_init: Project name:     raft-demo',
  'I (440) main_task: Calling app_main()',
].join('\r\n');

// Words of ESP-IDF's brownout.c, panic.c and task_wdt.c, and of the ROMs as `boot-verdict.test.ts` and its sources have them.
const LOGS: readonly {
  readonly kind: BootLogFindingKind;
  readonly also?: readonly string[];
  readonly lines: readonly string[];
}[] = [
  { kind: 'log-brown-out', lines: ['Brownout detector was triggered'] },
  {
    kind: 'log-boot-loop',
    lines: Array.from({ length: 3 }, () => 'rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)'),
  },
  { kind: 'log-invalid-header', lines: ['invalid header: 0xffffffff'] },
  { kind: 'log-watchdog-in-rom', lines: ['rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)'] },
  { kind: 'log-bootloader-damaged', lines: ['csum err:0x0c!=0x0d'] },
  { kind: 'log-flash-unreadable', lines: ['flash read err, 1000'] },
  { kind: 'log-table-refused', lines: ['E (61) flash_parts: Incorrect MD5 checksum'] },
  { kind: 'log-app-refused', lines: ['E (300) esp_image: Image hash failed - image is corrupt'] },
  {
    kind: 'log-flash-size',
    lines: [
      'E (410) spi_flash: Detected size(2048k) smaller than the size in the binary image header(4096k). Probe failed.',
    ],
  },
  { kind: 'log-panic', lines: ["Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled."] },
  {
    kind: 'log-app-watchdog',
    lines: ['E (9000) task_wdt: Task watchdog got triggered. The following tasks did not reset'],
  },
  { kind: 'log-download-mode', lines: ['waiting for download'] },
];

const reported = (lines: readonly string[]): string[] =>
  kindsOf(readBootLog([STARTED, ...lines, ''].join('\r\n')).findings);

/** The same as cases of the rule table. */
export const DIAGNOSIS_CASES: readonly RuleCase[] = [
  ...FLASHES.map(({ kind, also = [], flash, mended, identity }) => ({
    kind,
    also,
    broken: () => added(flash, identity),
    mended: () => added(mended, identity),
  })),
  ...LOGS.map(({ kind, also = [], lines }) => ({
    kind,
    also,
    broken: () => reported(lines),
    mended: () => reported([]),
  })),
];

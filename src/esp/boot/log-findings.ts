/** What a boot log shows, each worded once. */
import { HEADER_MODE, HEADER_SIZE } from '../board/setting-ids.ts';
import { HEADER_SIZE_NAME } from './bootloader-header.ts';
import { capital, count } from '../../flash/english.ts';
import { findings } from '../../flash/finding.ts';
import type { FindingKind } from '../../flash/finding.ts';

const BACKTRACE =
  'Its backtrace says where: decode it with the ELF file of this build (idf.py monitor does), then flash a build without the fault.';

/** Every kind of finding in a boot log. `times` is how often it is in the log, `line` the first line that says so. */
export const BOOT_LOG_FINDINGS = {
  'log-brown-out': {
    verdict: 'problem',
    says: (v) =>
      `The supply voltage dropped ${count(v['times'], 'time')}: the chip’s brown-out detector reset it (“${v['line']}”).`,
    next:
      'Use a short, thick USB cable and a port that gives 500 mA or more, without a hub; disconnect what draws much current ' +
      'from the board, and start it again.',
  },
  'log-boot-loop': {
    verdict: 'problem',
    says: (v) => `The board restarted ${count(v['times'], 'time')} in this log, each time by itself (${v['causes']}).`,
    next: 'The other findings say why it restarted each time. If there are none, read a longer log.',
  },
  'log-invalid-header': {
    verdict: 'problem',
    says: (v) =>
      `The ROM found ${v['what']} where the bootloader should be (“${v['line']}”, ${count(v['times'], 'time')}).`,
    next: 'Flash the bootloader.bin from your build.',
  },
  'log-watchdog-in-rom': {
    verdict: 'problem',
    says: (v) =>
      `The RTC watchdog reset the chip ${count(v['times'], 'time')} (“rst:0x10”): the ROM or the bootloader hung before an app ran.`,
    next: (_, at) =>
      'Usually the bootloader is missing or damaged, or the flash mode in its header is one that the flash chip does not support. Look ' +
      `at the bootloader first, then ${at.either('set “Flash mode in the bootloader header” to DIO', `plan or apply with --set ${HEADER_MODE}=dio`)}.`,
  },
  'log-bootloader-damaged': {
    verdict: 'problem',
    says: (v) => `The ROM did not start the bootloader: it is damaged (“${v['line']}”).`,
    next: 'Flash the bootloader.bin from your build.',
  },
  'log-flash-unreadable': {
    verdict: 'problem',
    says: (v) => `The ROM could not read the flash (“${v['line']}”, ${count(v['times'], 'time')}).`,
    next:
      'If something is connected to the flash pins or to the pin that selects the flash voltage (GPIO12 of an ESP32), take it ' +
      'off. Otherwise the flash chip is defective or not soldered well.',
  },
  'log-table-refused': {
    verdict: 'problem',
    says: (v) => `The bootloader rejected the partition table (“${v['line']}”).`,
    next: (_, at) =>
      `Write the partition table again: that of your build${at.either(', or the one that Diagnose puts together', '')}.`,
  },
  'log-app-refused': {
    verdict: 'problem',
    says: (v) => `The bootloader rejected an app (“${v['line']}”, ${count(v['times'], 'time')}).`,
    next: 'Flash the app again, or start another slot that holds a whole one.',
  },
  'log-flash-size': {
    verdict: 'problem',
    says: (v) => `The app stopped because the flash is smaller than the bootloader’s header says (“${v['line']}”).`,
    next: (_, at) => `${capital(at.set(`${HEADER_SIZE}=SIZE`, `“${HEADER_SIZE_NAME}” to the size of the chip`))}.`,
  },
  'log-panic': {
    verdict: 'problem',
    says: (v) => `${v['app']} crashed ${count(v['times'], 'time')}: ${v['cause']} (“${v['line']}”).`,
    next: BACKTRACE,
  },
  'log-app-watchdog': {
    verdict: 'problem',
    says: (v) => `${v['app']} hung, and its watchdog triggered ${count(v['times'], 'time')} (“${v['line']}”).`,
    next: BACKTRACE,
  },
  'log-download-mode': {
    verdict: 'warning',
    says: (v) => `The chip waited for a download instead of starting (“${v['line']}”).`,
    next: 'The boot pin was low at the reset: release the BOOT button, disconnect what pulls the pin low, and press RESET.',
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in a boot log. */
export type BootLogFindingKind = keyof typeof BOOT_LOG_FINDINGS;

/** Makes one finding about a boot log. */
export const bootLogFinding = findings<BootLogFindingKind>(BOOT_LOG_FINDINGS);

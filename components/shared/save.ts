import type { SavedFile } from '../../src/flash/family.ts';
import type { Range } from '../../src/flash/map.ts';
import type { Report } from '../../src/session/job-execution/report.ts';
import { bytes, span } from './format.ts';

/** How long a download may take to start, in ms. */
const REVOKE_MS = 60_000;

/** Downloads bytes or text as a file. */
export function save(name: string, content: Uint8Array | string, type: string): void {
  const part = typeof content === 'string' ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A busy browser starts the download some time after the click, and a URL revoked before that fails silently.
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}

/** Downloads a file that the board offers for saving. */
export function saveFile({ name, data }: SavedFile): void {
  const type =
    typeof data !== 'string' ? 'application/octet-stream' : name.endsWith('.csv') ? 'text/csv' : 'text/plain';
  save(name, data, type);
}

/** What a button does that makes a backup, as sentences. */
export const BACKS_UP = 'Adds the content to your backups. Nothing is written to the board.';

/** How much of the flash a plain file has, and from where to where, whatever of it is used: `all 128 KiB, 0x080A0000–0x080BFFFF`. */
export function allOf(range: Range): string {
  return `all ${bytes(range.size)}, ${span(range)}`;
}

/** What the button “Save as .bin” does with a range, as sentences; `isStored` if its bytes are in this browser already. */
export function aboutSavingBytes(isStored: boolean, range: Range): string {
  return isStored
    ? `Saves the plain bytes as a file: ${allOf(range)}.`
    : `Reads and verifies ${allOf(range)}, and saves the plain bytes as a file. No backup is kept.`;
}

/** Saves a report as JSON, with or without what the board printed. */
export function saveReport(report: Report, withLog: boolean): void {
  const { start } = report;
  const saved: Report = withLog || start === null ? report : { ...report, start: { ...start, log: null } };
  const name = `sectorwise-report-${report.ended.replace(/[:.]/g, '-')}.json`;
  save(name, `${JSON.stringify(saved, null, 2)}\n`, 'application/json');
}

/** Whether a report has what the board printed. */
export function hasLog({ start }: Report): boolean {
  return start !== null && start.log !== null && start.log !== '';
}

/** What a report tells about the board, to be read before it is saved or printed. */
export function revealedBy(report: Report): string {
  const { key, file } = report.identity;
  if (file !== undefined) return `The report names the file, ${file.name}, and what was changed in it.`;
  const who =
    key === null
      ? 'The report contains what this board says about itself. A serial number in it is no unique ID: other boards may share it.'
      : `The report contains this board’s MAC, ${key.value}.`;
  return hasLog(report)
    ? `${who} The saved one also contains the boot log; values in it that look like passwords, tokens or keys are hidden.`
    : who;
}

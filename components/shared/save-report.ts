/** Saving the report of a job, and what it tells about the board: reports are sent to others. */
import type { Report } from '../../src/session/job-execution/report.ts';
import { save } from './save.ts';

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
      ? 'The report contains what this board says about itself, such as its serial number.'
      : `The report contains this board’s MAC, ${key.value}.`;
  return hasLog(report)
    ? `${who} The saved one also contains the boot log; values in it that look like passwords, tokens or keys are hidden.`
    : who;
}

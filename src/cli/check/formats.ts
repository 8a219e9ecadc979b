/**
 * The formats of `check --format`: for people, JSON, and what build servers show beside the code: GitHub's workflow commands, and
 * GitLab's code quality report.
 */
import type { Finding, Verdict } from '../../flash/finding.ts';

/** A finding with the path of the file that it is about, as the build server knows it; null if it is about no file. */
export interface Located {
  readonly finding: Finding;
  readonly path: string | null;
}

/** What a check found, for every format. */
export interface Checked {
  /** The folder or archive that was checked, as it was typed. */
  readonly path: string;
  readonly located: readonly Located[];
  /** The answer for people. */
  readonly text: () => string;
  readonly md5: (data: Uint8Array) => string;
}

/** What `--format` takes; `text` if it is omitted. */
export const CHECK_FORMATS = ['text', 'json', 'github', 'gitlab'] as const;

/** What is printed in each format; null: the JSON that `--json` prints, too. */
export const PRINTED: Readonly<Record<(typeof CHECK_FORMATS)[number], (checked: Checked) => string | null>> = {
  text: ({ text }) => text(),
  json: () => null,
  github: ({ located }) => githubAnnotations(located),
  gitlab: ({ located, path, md5 }) => `${JSON.stringify(gitlabReport(located, path, md5), null, 2)}\n`,
};

// GitHub, "Workflow commands": error, warning and notice. GitLab, "Code Quality report format": info to blocker.
const GITHUB: Readonly<Record<Verdict, string>> = { problem: 'error', warning: 'warning', note: 'notice', good: '' };
const GITLAB: Readonly<Record<Verdict, string>> = { problem: 'major', warning: 'minor', note: 'info', good: '' };

function shownOnly(located: readonly Located[]): readonly Located[] {
  return located.filter(({ finding }) => finding.verdict !== 'good');
}

function lineOf({ place }: Finding): number | null {
  return place.in === 'file' ? (place.line ?? null) : null;
}

function wordsOf({ says, next, nextByCommand = next }: Finding): string {
  return nextByCommand === undefined ? says : `${says} ${nextByCommand}`;
}

/** One workflow command a line. */
function githubAnnotations(located: readonly Located[]): string {
  return shownOnly(located)
    .map(({ finding, path }) => {
      const line = lineOf(finding);
      const properties = [
        ...(path === null ? [] : [`file=${inProperty(path)}`]),
        ...(path === null || line === null ? [] : [`line=${line}`]),
        `title=${inProperty(finding.kind)}`,
      ];
      return `::${GITHUB[finding.verdict]} ${properties.join(',')}::${inMessage(wordsOf(finding))}\n`;
    })
    .join('');
}

// As @actions/core does: toCommandValue and escapeProperty in its command.ts.
function inMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(text: string): string {
  return inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The JSON of a code quality report; what is about no file is put to `folder`, because every entry needs a path. */
function gitlabReport(
  located: readonly Located[],
  folder: string,
  md5: (data: Uint8Array) => string,
): readonly object[] {
  return shownOnly(located).map(({ finding, path }) => {
    const location = { path: path ?? folder, lines: { begin: lineOf(finding) ?? 1 } };
    const { kind, verdict } = finding;
    const unique = JSON.stringify([kind, location, finding.says]);
    return {
      description: wordsOf(finding),
      check_name: kind,
      fingerprint: md5(new TextEncoder().encode(unique)),
      severity: GITLAB[verdict],
      location,
    };
  });
}

/** Findings, refusals and failures as lines of text, with the sentences of their registers. */
import { count } from '../../flash/english.ts';
import type { FailureFacts } from '../../flash/failure.ts';
import type { Finding, Refusal } from '../../flash/finding.ts';
import { VERDICTS, worstFirst } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { where } from '../../session/words/values.ts';
import type { Paint } from './text.ts';

const WIDTH = VERDICTS.problem.length;

/** Whether any of some findings is a problem. */
export function hasProblem(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'problem');
}

/** Each finding once: what is looked at twice, such as a file and the flash that it is written to, is found with the same. */
export function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ kind, says }) => {
    const key = `${kind} ${says}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Findings, the worst first; those that are good are counted. */
export function findingLines(findings: readonly Finding[], layout: Layout | null, paint: Paint): string[] {
  const shown = worstFirst(findings.filter(({ verdict }) => verdict !== 'good'));
  const good = findings.length - shown.length;
  return [
    ...shown.flatMap(({ verdict, says, kind, place, ...more }) =>
      entry(paint(verdict, VERDICTS[verdict].padEnd(WIDTH)), [
        says,
        ...nextLines(more),
        paint('quiet', `${kind}: ${where(place, layout)}`),
      ]),
    ),
    ...(good === 0 ? [] : entry(paint('good', VERDICTS.good.padEnd(WIDTH)), [`${count(good, 'check')} passed.`])),
  ];
}

/** The next step of a finding; why nothing repairs it is said in its place, as on the page. */
function nextLines(finding: Pick<Finding, 'next' | 'nextByCommand' | 'unrepaired' | 'unrepairedByCommand'>): string[] {
  const { next, nextByCommand = next, unrepaired, unrepairedByCommand = unrepaired } = finding;
  const says = unrepairedByCommand ?? nextByCommand;
  return says === undefined ? [] : [says];
}

/** A refusal, or a question with the option that answers it. */
export function refusalLines(refusal: Refusal, layout: Layout | null, paint: Paint): string[] {
  const { kind, place, says, next, nextByCommand = next, consent, needs } = refusal;
  const answer =
    consent !== undefined
      ? [`If you agree (“${consent}”): --yes ${kind}`]
      : needs === 'place'
        ? ['Use --place FILE=PARTITION.']
        : [];
  const [word, verdict] = consent !== undefined ? (['Asks', 'warning'] as const) : (['Refused', 'problem'] as const);
  return entry(paint(verdict, word.padEnd(WIDTH)), [
    says,
    nextByCommand,
    ...answer,
    paint('quiet', `${kind}: ${where(place, layout)}`),
  ]);
}

/** A failure in one line with its next step, for standard error. */
export function failureLine({ says, next, nextByCommand = next }: FailureFacts): string {
  return `sectorwise: ${says} ${nextByCommand}`;
}

/** A word in front, and sentences below each other beside it. */
function entry(word: string, [first = '', ...rest]: readonly string[]): string[] {
  const under = ' '.repeat(WIDTH + 4);
  return [`  ${word}  ${first}`, ...rest.map((line) => `${under}${line}`)];
}

/** The sections of the help page: one for each failure, refusal and question, and for each finding that is not good news. */
import type { FindingKind, RefusalKind, Values } from '../flash/finding.ts';
import { worded } from '../flash/finding.ts';
import { CAUSES } from './causes.ts';
import { isExplained } from './explained.ts';
import { BACKUP_HELP } from './failures.backups.ts';
import { BUNDLE_HELP } from './failures.bundles.ts';
import { COMMAND_HELP } from './failures.command-line.ts';
import { DFU_HELP } from './failures.dfu.ts';
import { LINK_HELP } from './failures.link.ts';
import { CONTENTS_HELP } from './failures.contents.ts';
import { IMAGE_HELP } from './failures.images.ts';
import { WORK_HELP } from './failures.work.ts';
import type { Help } from './help.ts';
import { isHelpedProblem, PROBLEM_HELP } from './problems.ts';
import { SCOPES } from './scopes.ts';
import { FAILURES, FINDINGS, REFUSALS } from './registers.ts';

/** The help on one name. `title` shows the names of values in brackets; `scope` tells it from another section with that title, or is empty. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly scope: string;
  readonly what: string;
  readonly why: readonly string[];
  readonly todo: readonly string[];
  /** The text of the consent, if the user can give one. */
  readonly consent: string;
}

/** A group of sections. */
export interface SectionGroup {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly sections: readonly Section[];
}

/** The hand-written texts, by name: help on failures and problems, and causes of other refusals and findings. */
export const WRITTEN: {
  readonly failures: Readonly<Record<string, Help>>;
  readonly problems: Readonly<Record<string, Help>>;
  readonly causes: Readonly<Record<string, string>>;
} = {
  failures: {
    ...LINK_HELP,
    ...WORK_HELP,
    ...DFU_HELP,
    ...BACKUP_HELP,
    ...BUNDLE_HELP,
    ...CONTENTS_HELP,
    ...COMMAND_HELP,
    ...IMAGE_HELP,
  },
  problems: PROBLEM_HELP,
  causes: CAUSES,
};

/** Stands in for unknown values: each shows its name, as in `[address]`. */
const NAMED: Values = new Proxy<Record<string, string>>({}, { get: (_, name) => `[${String(name)}]` });

/** All chapters. A failure without help text shows the words of its register. */
export function chapters(): SectionGroup[] {
  const failures = FAILURES.flatMap((register) =>
    Object.entries(register).map(([name, words]): Section => {
      const { what = '', why = [], todo = [worded(words.next, NAMED)] } = WRITTEN.failures[name] ?? {};
      return { name, title: words.says(NAMED), scope: SCOPES[name] ?? '', what, why, todo, consent: '' };
    }),
  );
  const refusals = REFUSALS.flatMap((register) => Object.entries(register));
  const findings = FINDINGS.flatMap((register) => Object.entries(register));
  const seen = (verdict: FindingKind['verdict']) => findings.filter(([, kind]) => kind.verdict === verdict).map(ofRule);
  return [
    {
      id: 'failures',
      title: 'When something goes wrong',
      about: 'The connection, the board or a file failed.',
      sections: failures,
    },
    {
      id: 'refusals',
      title: 'Why something cannot be written',
      about: 'Sectorwise refuses before anything is erased. Choose something else as described.',
      sections: refusals.filter(([, kind]) => !isQuestion(kind)).map(ofRule),
    },
    {
      id: 'questions',
      title: 'Decisions before a write',
      about: 'Something would be lost or may not work, or a file has no place yet. You decide.',
      sections: refusals.filter(([, kind]) => isQuestion(kind)).map(ofRule),
    },
    {
      id: 'problems',
      title: 'Problems on a board or in a file',
      about: 'Something prevents the board from starting, or the file from being used.',
      sections: seen('problem'),
    },
    {
      id: 'warnings',
      title: 'Warnings',
      about: 'It works or may work, but you should know about it.',
      sections: seen('warning'),
    },
  ];
}

function isQuestion({ consent, needs }: RefusalKind): boolean {
  return consent !== undefined || needs !== undefined;
}

function helpOn(name: string): Help {
  if (!isExplained(name)) return { what: '', why: [], todo: [] };
  return isHelpedProblem(name) ? PROBLEM_HELP[name] : { what: '', why: [CAUSES[name]], todo: [] };
}

function ofRule([name, kind]: [string, RefusalKind | FindingKind]): Section {
  const { what, why, todo } = helpOn(name);
  return {
    name,
    title: kind.says(NAMED),
    scope: SCOPES[name] ?? '',
    what,
    why,
    todo: [...(kind.next === undefined ? [] : [worded(kind.next, NAMED)]), ...todo],
    consent: ('consent' in kind ? kind.consent : undefined) ?? '',
  };
}

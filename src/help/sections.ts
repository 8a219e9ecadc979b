/** The sections of the help page: one for each failure, each refusal and question, and each finding that is no good news. */
import type { FindingKind, RefusalKind, Values } from '../flash/finding.ts';
import { worded } from '../flash/finding.ts';
import { CAUSES } from './causes.ts';
import { isExplained } from './explained.ts';
import { BACKUP_HELP } from './failures.backups.ts';
import { DFU_HELP } from './failures.dfu.ts';
import { LINK_HELP } from './failures.link.ts';
import { WORK_HELP } from './failures.work.ts';
import type { Help } from './help.ts';
import { FAILURES, FINDINGS, REFUSALS } from './registers.ts';

/** What the page says about one name. `title` has the names of values in brackets. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly why: readonly string[];
  readonly todo: readonly string[];
  /** What a person says yes to, where that is possible. */
  readonly consent: string;
}

/** Sections that belong together. */
export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly sections: readonly Section[];
}

/** The texts that were written by hand, by name: of failures, and the causes behind refusals and findings. */
export const WRITTEN: {
  readonly failures: Readonly<Record<string, Help>>;
  readonly causes: Readonly<Record<string, string>>;
} = { failures: { ...LINK_HELP, ...WORK_HELP, ...DFU_HELP, ...BACKUP_HELP }, causes: CAUSES };

/** Values that are not known yet show their names: `[address]`. */
const NAMED: Values = new Proxy<Record<string, string>>({}, { get: (_, name) => `[${String(name)}]` });

/** The whole page. A failure without a text of its own says what its register says. */
export function chapters(): Chapter[] {
  const failures = FAILURES.flatMap((register) =>
    Object.entries(register).map(([name, words]): Section => {
      const { what = '', why = [], todo = [words.next] } = WRITTEN.failures[name] ?? {};
      return { name, title: words.says(NAMED), what, why, todo, consent: '' };
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
      sections: refusals.filter(([, kind]) => kind.consent === undefined).map(ofRule),
    },
    {
      id: 'questions',
      title: 'Questions before a write',
      about: 'The write is possible, but something would be lost or may not work. You have to confirm it.',
      sections: refusals.filter(([, kind]) => kind.consent !== undefined).map(ofRule),
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

function ofRule([name, kind]: [string, RefusalKind | FindingKind]): Section {
  return {
    name,
    title: kind.says(NAMED),
    what: '',
    why: isExplained(name) ? [CAUSES[name]] : [],
    todo: kind.next === undefined ? [] : [worded(kind.next, NAMED)],
    consent: ('consent' in kind ? kind.consent : undefined) ?? '',
  };
}

/** Test support: every register of findings, refusals and failures in the source. Nothing of the app imports it. */
import type { FailureWords } from '../flash/failure.ts';
import type { FindingKind, RefusalKind } from '../flash/finding.ts';

/** What a register holds for one kind. */
type Entry = FindingKind | RefusalKind | FailureWords;

/** One register: its file, its name there, and its kinds. */
export interface Register {
  readonly file: string;
  readonly name: string;
  /** Failures happen while working; all others are rules about what someone wants or has. */
  readonly of: 'rules' | 'failures';
  readonly entries: Readonly<Record<string, Entry>>;
}

const SOURCES = import.meta.glob<string>(
  ['../**/*.ts', '!../**/*.test.ts', '!../app/**', '!../testing/**', '!../flash/finding.ts'],
  {
    query: '?raw',
    import: 'default',
  },
);
const MODULES = import.meta.glob<Readonly<Record<string, unknown>>>([
  '../**/*.ts',
  '!../**/*.test.ts',
  '!../app/**',
  '!../testing/**',
]);
const MAKES_A_REGISTER = /= (findings|refusals|failures|fileFailures)[<(]/;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'says' in value && typeof value.says === 'function';
}

function isRegister(value: unknown): value is Readonly<Record<string, Entry>> {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every(isEntry);
}

function ofWhat(entries: Readonly<Record<string, Entry>>): Register['of'] {
  return Object.values(entries).every((entry) => 'kind' in entry) ? 'failures' : 'rules';
}

/** Every exported register, and the files that do not export theirs. */
export async function collectRegisters(): Promise<{ readonly registers: Register[]; readonly hidden: string[] }> {
  const registers: Register[] = [];
  const hidden: string[] = [];
  for (const [file, load] of Object.entries(SOURCES)) {
    if (!MAKES_A_REGISTER.test(await load())) continue;
    const exported = Object.entries((await MODULES[file]?.()) ?? {});
    const own = exported.flatMap(([name, entries]) =>
      isRegister(entries) ? [{ file, name, of: ofWhat(entries), entries }] : [],
    );
    if (own.length === 0) hidden.push(file);
    registers.push(...own);
  }
  return { registers, hidden };
}

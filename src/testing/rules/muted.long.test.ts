/** Each rule is muted in turn, as if the app had forgotten it: the table of rules must notice. */
import { afterEach, expect, it, vi } from 'vitest';
import type * as FindingModule from '../../flash/finding.ts';
import type { Finding, FindingKind, Place, Refusal, RefusalKind, Values } from '../../flash/finding.ts';
import { complaint, RULES } from './table.ts';

const muted = vi.hoisted(() => ({ kind: '' }));

// Each register's own maker, except that the muted kind is reported under a name that no case expects.
vi.mock('../../flash/finding.ts', async (importOriginal) => {
  const original = await importOriginal<typeof FindingModule>();
  const kindOf = (kind: string): string => (kind === muted.kind ? 'muted' : kind);
  return {
    ...original,
    findings<K extends string>(register: Readonly<Record<K, FindingKind>>) {
      const make = original.findings(register);
      return (kind: K, place: Place, values?: Values): Finding => {
        return { ...make(kind, place, values), kind: kindOf(kind) };
      };
    },
    refusals<K extends string>(register: Readonly<Record<K, RefusalKind>>) {
      const make = original.refusals(register);
      return (kind: K, place: Place, values?: Values): Refusal => {
        return { ...make(kind, place, values), kind: kindOf(kind) };
      };
    },
  };
});

afterEach(() => {
  muted.kind = '';
});

it.each(RULES)('$kind is missed when it is muted', async (rule) => {
  muted.kind = rule.kind;
  expect(await complaint(rule)).not.toBeNull();
  expect(await rule.broken()).toContain('muted');
});

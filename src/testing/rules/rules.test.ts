/** The table of rules, held against itself, against the registers, and against a rule that has fallen silent. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as FindingModule from '../../flash/finding.ts';
import type { Finding, FindingKind, Place, Refusal, RefusalKind, Values } from '../../flash/finding.ts';
import { collectRegisters } from '../registers.ts';
import { complaint, RULES } from './table.ts';

const muted = vi.hoisted(() => ({ kind: '' }));

// Each register's own maker, but for the muted kind, which comes out under a name that nobody waits for.
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

const { registers } = await collectRegisters();

describe('the table of rules', () => {
  it('has a case for each kind in the registers, and for none besides', () => {
    const rules = registers.filter((register) => register.of === 'rules');
    const registered = rules.flatMap(({ entries }) => Object.keys(entries));
    expect([...new Set(RULES.map(({ kind }) => kind))].toSorted()).toEqual(registered.toSorted());
  });

  it.each(RULES)('$kind is told of what breaks it, and of nothing that keeps it', async (rule) => {
    expect(await complaint(rule)).toBeNull();
  });

  it.each(RULES)('$kind is missed when it falls silent', async (rule) => {
    muted.kind = rule.kind;
    expect(await complaint(rule)).not.toBeNull();
    expect(await rule.broken()).toContain('muted');
  });
});

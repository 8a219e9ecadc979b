/** Checks the rule table against itself, against the registers, and against a muted rule. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as FindingModule from '../../flash/finding.ts';
import type { Finding, FindingKind, Place, Refusal, RefusalKind, Values } from '../../flash/finding.ts';
import { collectRegisters } from '../registers.ts';
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

const { registers } = await collectRegisters();

describe('the table of rules', () => {
  it('has a case for each kind in the registers, and no others', () => {
    const rules = registers.filter((register) => register.of === 'rules');
    const registered = rules.flatMap(({ entries }) => Object.keys(entries));
    expect([...new Set(RULES.map(({ kind }) => kind))].toSorted()).toEqual(registered.toSorted());
  });

  it.each(RULES)('$kind is reported for what breaks it, and for nothing that keeps it', async (rule) => {
    expect(await complaint(rule)).toBeNull();
  });

  it.each(RULES)('$kind is missed when it is muted', async (rule) => {
    muted.kind = rule.kind;
    expect(await complaint(rule)).not.toBeNull();
    expect(await rule.broken()).toContain('muted');
  });
});

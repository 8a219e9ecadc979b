/** Damaged containers: the finding names its place in complete words, and nothing damaged is used. */
import { describe, expect, it } from 'vitest';
import { BROKEN_CONTAINERS, unpackedOf } from './unpack.ts';
import { LONG } from '../long.ts';

describe('a broken container', () => {
  it.each(BROKEN_CONTAINERS.map((rule, i) => ({ ...rule, title: `${rule.kind} (${i})` })))(
    '$title points to its place',
    async ({ kind, place, broken }) => {
      const { findings } = await unpackedOf(broken());
      const finding = findings.find((each) => each.kind === kind);
      expect(finding?.place).toEqual({ in: 'file', ...place });
      expect(`${finding?.says} ${finding?.next ?? ''}`).not.toMatch(/undefined|NaN|\[object/);
    },
  );

  it('nothing damaged is used, and what is left out says why', LONG, async () => {
    for (const { kind, broken } of BROKEN_CONTAINERS.filter((rule) => /^(hex|uf2|elf|zip)-/.test(rule.kind))) {
      const { parts, left, findings } = await unpackedOf(broken());
      if (findings.every(({ verdict }) => verdict !== 'problem')) continue;
      expect([kind, parts.length, left.length]).toEqual([kind, 0, 1]);
    }
  });
});

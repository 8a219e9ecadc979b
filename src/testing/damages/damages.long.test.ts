/** Each damage: diagnosed rightly, repaired by what is offered, and nothing else on the board changed. */
import { describe, expect, it } from 'vitest';
import { DAMAGES } from './list.ts';
import { runDamage } from './run.ts';

describe('a damaged board', () => {
  it.each(DAMAGES)('$name: says what is wrong, and starts again or names the reason', async (damage) => {
    expect((await runDamage(damage)).wrong).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { DFU_STATES, stateAfter, stateNumbered, statusWords } from './states.ts';

const STATES = Array.from({ length: 11 }, (_, number) => stateNumbered(number)).filter((state) => state !== null);

describe('the table of states', () => {
  it('has the eleven states of the specification', () => {
    expect(STATES).toHaveLength(11);
    expect(STATES.toSorted()).toEqual(Object.keys(DFU_STATES).toSorted());
    expect([stateNumbered(-1), stateNumbered(11), stateNumbered(255)]).toEqual([null, null, null]);
  });

  it('has a way to idle that the state itself accepts', () => {
    for (const state of STATES) {
      const way = DFU_STATES[state].toIdle;
      const leads = { abort: 'abort', clear: 'clrstatus' } as const;
      const request = way === 'abort' || way === 'clear' ? leads[way] : null;
      expect([state, request === null ? 'dfuIDLE' : stateAfter(state, request)]).toEqual([state, 'dfuIDLE']);
    }
  });

  it('clears in dfuERROR only', () => {
    expect(STATES.filter((state) => stateAfter(state, 'clrstatus') !== null)).toEqual(['dfuERROR']);
    expect(STATES.filter((state) => DFU_STATES[state].toIdle === 'clear')).toEqual(['dfuERROR']);
  });

  it('allows writes from two states and reads from two', () => {
    expect(STATES.filter((state) => stateAfter(state, 'dnload') !== null)).toEqual(['dfuIDLE', 'dfuDNLOAD-IDLE']);
    expect(STATES.filter((state) => stateAfter(state, 'upload') !== null)).toEqual(['dfuIDLE', 'dfuUPLOAD-IDLE']);
  });
});

describe('a status code', () => {
  it.each([
    [4, 'errERASE: the erase failed'],
    [11, 'errVENDOR: a vendor-specific error: on an STM32, read protection'],
    [15, 'errSTALLEDPKT: the device did not expect this request'],
    [16, 'status 16: a code that is not in the specification'],
  ])('%d has a name and a meaning', (code, words) => {
    expect(statusWords(code)).toBe(words);
  });
});

/**
 * States on their way from the worker to the page. A plan over thousands of units is by far the largest part of a state
 * and does not change while it is carried out: it travels once. To copy it at every state would cost the page more time
 * than to draw it, and what is the same object again need not be worked out again.
 */
import type { Plan } from '../flash/plan.ts';
import type { SessionState, Work } from './state.ts';

/** A state as it travels; where `samePlan` is true, its plan stands for the last one that came whole. */
export interface Parcel {
  readonly state: SessionState;
  readonly samePlan: boolean;
}

const STAND_IN: Plan = { version: 1, image: { size: 0, md5: '' }, stretches: [], equal: [] };

/** The sender's end: packs states in the order in which they are sent. */
export function makePacker(): (state: SessionState) => Parcel {
  let sent: Plan | null = null;
  return (state) => {
    const plan = planOf(state);
    if (plan === null || plan !== sent) {
      sent = plan ?? sent;
      return { state, samePlan: false };
    }
    return { state: withPlan(state, STAND_IN), samePlan: true };
  };
}

/** The receiver's end: unpacks them in the same order. */
export function makeUnpacker(): (parcel: Parcel) => SessionState {
  let got: Plan | null = null;
  return ({ state, samePlan }) => {
    if (samePlan && got !== null) return withPlan(state, got);
    got = planOf(state) ?? got;
    return state;
  };
}

function planOf(state: SessionState): Plan | null {
  return state.kind === 'together' && 'plan' in state.work ? state.work.plan : null;
}

function withPlan(state: SessionState, plan: Plan): SessionState {
  if (state.kind !== 'together' || !('plan' in state.work)) return state;
  const work: Work = { ...state.work, plan };
  return { ...state, work };
}

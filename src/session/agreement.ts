/** What a person agrees to: the plan on screen, and the questions that it asks. */
import { askKey } from '../flash/finding.ts';
import { isSameRange } from '../flash/map.ts';
import type { Purpose } from '../storage/records.ts';
import type { PlannedJob } from './planning/planning.ts';
import type { Planned, SessionState } from './state.ts';
import { headlineOf } from './words/headline.ts';

/** The plan on screen, which the user can agree to, if it is this one; `plan` is its image's digest. */
export function shownPlan(state: SessionState, plan: string): Planned | null {
  const planned = planIn(state);
  return planned?.plan.image.md5 === plan ? planned : null;
}

/** A job with what it is about, as the headline of its plan on screen has it. */
export function withAbout(job: PlannedJob, state: SessionState): PlannedJob {
  if (state.kind !== 'connected') return job;
  const { what, changes, keepsAll } = headlineOf(job.planned, state);
  return { ...job, draft: { ...job.draft, about: { what, changes, ...(keepsAll && { keepsAll }) } } };
}

/** The plan on screen with consent given or taken back; null unless it asks just that: consent counts for no other plan or board. */
export function withConsent(state: SessionState, ask: string, yes: boolean): Planned | null {
  const planned = planIn(state);
  if (planned === null || !planned.asks.some((asked) => askKey(asked) === ask)) return null;
  const others = planned.granted.filter((each) => each !== ask);
  return { ...planned, granted: yes ? [...others, ask] : others };
}

/**
 * The purpose of the plan on screen once it goes the other way that one of its questions offers, or no longer does; null where the
 * answer changes no plan.
 */
export function otherWay({ purpose, asks }: Planned, ask: string, yes: boolean): Purpose | null {
  const asked = asks.find((each) => askKey(each) === ask);
  if (asked?.optional !== true || purpose.kind !== 'restore' || asked.place.in !== 'flash') return null;
  const { range } = asked.place;
  const others = (purpose.oldPlaces ?? []).filter((each) => !isSameRange(each, range));
  return { ...purpose, oldPlaces: yes ? [...others, range] : others };
}

/** A plan that goes another way than the one before, with the consent that was given to questions which both of them ask. */
export function stillGranted(planned: Planned, granted: readonly string[]): Planned {
  const same = planned.asks.filter((ask) => ask.optional !== true).map(askKey);
  return { ...planned, granted: [...planned.granted, ...granted.filter((key) => same.includes(key))] };
}

function planIn(state: SessionState): Planned | null {
  return state.kind === 'connected' && state.work.kind === 'planned' ? state.work : null;
}

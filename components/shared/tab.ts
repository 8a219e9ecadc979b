/** The browser tab shows the progress of long work in its title and icon, so it can be followed from another tab. */
import { shareDone } from '../../src/session/progress.ts';
import type { Planned, SessionState, Work } from '../../src/session/state.ts';
import { openAsks } from '../../src/session/state.ts';

/** The icon is redrawn at every step of this many percent; with reduced motion only at each quarter. */
const STEP = 4;
const CALM_STEP = 25;

const OUTCOMES: Readonly<Record<Extract<Work, { kind: 'ended' }>['outcome'], string>> = {
  verified: 'Verified',
  unproved: 'Written, not verifiable',
  beside: 'Flash outside the plan changed',
  'nothing-to-do': 'Nothing to do',
  wrong: 'Wrong',
  stopped: 'Stopped',
  failed: 'Failed',
};

let own: string | null = null;

/** Shows a state in the tab. */
export function showInTab(state: SessionState): void {
  const title = titleOf(state);
  if (document.title !== title) document.title = title;
  showIcon(partDone(state));
}

/** Restores the tab's own icon. */
export function restoreTab(): void {
  showIcon(null);
}

function titleOf(state: SessionState): string {
  if (state.kind === 'disconnected') return 'Sectorwise';
  if (state.kind === 'unlocking') return 'Unlocking … · Sectorwise';
  if (state.kind === 'connecting') return 'Connecting … · Sectorwise';
  const { work, board } = state;
  const done = partDone(state);
  if (work.kind === 'starting') return 'Starting the board … · Sectorwise';
  if (work.kind === 'flashing' && done === null) return 'Reading … · Sectorwise';
  if (done !== null) return `${Math.floor(done * 100)} % · Sectorwise`;
  if (work.kind === 'ended') return `${OUTCOMES[work.outcome]} · Sectorwise`;
  if (work.kind === 'surveying') return 'Reading … · Sectorwise';
  const { chip } = board.identity;
  return `${work.kind === 'planned' ? plannedWords(work) : ''}${chip} · Sectorwise`;
}

/** What a plan waits for, in front of the chip; empty for one that has nothing to write. */
function plannedWords(work: Planned): string {
  if (openAsks(work).length > 0) return 'Question · ';
  return work.plan.stretches.length === 0 ? '' : 'Plan ready · ';
}

/** The share of the job that is done, 0 to 1; null while nothing is flashed, or where only the board can tell. */
function partDone(state: SessionState): number | null {
  if (state.kind !== 'connected') return null;
  const { work } = state;
  if (work.kind === 'starting') return 1;
  return work.kind === 'flashing' ? shareDone(work.progress) : null;
}

function showIcon(done: number | null): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link === null) return;
  own ??= link.href;
  const step = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_STEP : STEP;
  const href = done === null ? own : drawIcon(Math.floor((done * 100) / step) * step);
  if (link.href !== href) link.href = href;
}

/** A ring that fills, in the colours of `public/icon.svg`. */
function drawIcon(percent: number): string {
  const ring = `cx="16" cy="16" r="9.5" fill="none" stroke-width="6" pathLength="100"`;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0d1110"/>' +
    `<circle ${ring} stroke="#4a5650"/>` +
    `<circle ${ring} stroke="#4ed28b" stroke-dasharray="${percent} 100" transform="rotate(-90 16 16)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

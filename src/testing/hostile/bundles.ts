/** Hostile recovery bundles: each is named for what is wrong with it, none crashes anything, and none is written. */
import { cases } from './bundle-drop.ts';
import { CHANGED_BUNDLES } from './bundles-changed.ts';
import { MISMADE_BUNDLES } from './bundles-manifest.ts';
import type { HostileCase } from './case.ts';

/** Hostile recovery bundles, dropped on boards. */
export const BUNDLE_DROPS: readonly HostileCase[] = cases([...CHANGED_BUNDLES, ...MISMADE_BUNDLES]);

/** Findings in recovery bundles, each worded once. */
import { capital } from '../flash/english.ts';
import type { FindingKind } from '../flash/finding.ts';
import { findings } from '../flash/finding.ts';

const AGAIN = 'Nothing of it is used. Get the bundle again from whoever made it.';

/** Every kind of finding in recovery bundles, with its words. */
export const BUNDLE_FINDINGS = {
  'bundle-signed': {
    verdict: 'good',
    says: (v) => `Signed with the key ${v['fingerprint']}; it has not changed since.`,
  },
  'bundle-unsigned': {
    verdict: 'warning',
    says: () => 'This bundle is not signed: nothing shows who made it or whether it was changed.',
    next: 'Use it only if you trust where you got it.',
  },
  'bundle-replaces-settings': {
    verdict: 'warning',
    says: (v) => `It replaces the settings of this board: ${v['names']}.`,
    next: (_, at) =>
      `To keep those of this board, ${at.either('uncheck them in the list before you flash', 'use a bundle without them')}.`,
  },
  'bundle-changed': {
    verdict: 'problem',
    says: (v) =>
      `${v['file']} is not what the bundle lists: its SHA-256 begins with ${v['computed']}, and should with ${v['listed']}.`,
    next: AGAIN,
  },
  'bundle-damaged': {
    verdict: 'problem',
    says: (v) => `This recovery bundle is damaged: ${v['what']}.`,
    next: AGAIN,
  },
  'bundle-wrong': {
    verdict: 'problem',
    says: (v) => `This recovery bundle has invalid data at ${v['where']}: ${v['what']}.`,
    next: AGAIN,
  },
  'bundle-version': {
    verdict: 'problem',
    says: (v) =>
      `This recovery bundle is in format ${v['version']}, but this version of Sectorwise reads format ${v['reads']}.`,
    next: (_, at) => `${at.latest}, then ${at.drop} the bundle again.`,
  },
  'bundle-signature-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The signature of this bundle is invalid: ${v['what']}. It was changed after it was signed, or was not signed ` +
      'with the key that it names.',
    next: AGAIN,
  },
  'bundle-for-another-board': {
    verdict: 'problem',
    says: (v) => `This bundle is not for this board: ${v['why']}.`,
    next: 'Connect a board that it is for, or use a bundle for this one.',
  },
  'bundle-among-others': {
    verdict: 'problem',
    says: () =>
      'This recovery bundle is among other files, so it is not opened: it would not be clear which bytes are signed.',
    next: (_, at) => `${capital(at.drop)} the bundle on its own.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in recovery bundles. */
export type BundleKind = keyof typeof BUNDLE_FINDINGS;

/** Makes one finding about a recovery bundle. */
export const bundleFinding = findings<BundleKind>(BUNDLE_FINDINGS);

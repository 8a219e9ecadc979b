/** Findings in Espressif app images, each worded once. */
import { count } from '../flash/english.ts';
import { findings } from '../flash/finding.ts';
import type { FindingKind } from '../flash/finding.ts';

const REBUILD = 'Build the firmware again, or download it again, and use that file.';

/** Every kind of finding in app images, with its words. */
export const APP_IMAGE_FINDINGS = {
  'image-empty': {
    verdict: 'problem',
    says: () => 'The file is empty.',
    next: 'Choose another file.',
  },
  'image-wrong-magic': {
    verdict: 'problem',
    says: (v) =>
      `This is not an Espressif app image: ${v['looks']}. The first byte is ${v['found']} instead of ` +
      `${v['expected']}.`,
    next: 'Choose the application .bin file from your build.',
  },
  'image-header-cut-short': {
    verdict: 'problem',
    says: (v) => `The app image is truncated inside the header: ${v['have']} of ${count(v['need'], 'byte')}.`,
    next: REBUILD,
  },
  'image-truncated': {
    verdict: 'problem',
    says: (v) => `The image is truncated: ${v['missing']} missing at the end.`,
    next: 'Copy or download the file again: this one is incomplete.',
  },
  'image-segment-past-end': {
    verdict: 'problem',
    says: (v) =>
      `Segment ${v['segment']} needs ${v['length']} from ${v['offset']}, but the image has only ${v['have']}.`,
    next: 'Copy or download the file again: this one is incomplete or damaged.',
  },
  'image-segment-length': {
    verdict: 'problem',
    says: (v) => `Segment ${v['segment']} has an invalid length, ${v['length']}: it must be ${v['rule']}.`,
    next: REBUILD,
  },
  'image-too-many-segments': {
    verdict: 'problem',
    says: (v) => `The header gives a segment count of ${v['count']}; a bootloader accepts at most ${v['limit']}.`,
    next: REBUILD,
  },
  'image-no-segments': {
    verdict: 'problem',
    says: () => 'The image has no segments, so it contains nothing to run.',
    next: REBUILD,
  },
  'image-checksum-wrong': {
    verdict: 'problem',
    says: (v) =>
      `The image’s checksum does not match, so its content was changed: stored ${v['stored']}, computed ` +
      `${v['computed']}.`,
    next: REBUILD,
  },
  'image-hash-wrong': {
    verdict: 'problem',
    says: () => 'The image’s SHA-256 does not match: it was damaged or edited, and the bootloader will not start it.',
    next: REBUILD,
  },
  'bootloader-hash-wrong': {
    verdict: 'warning',
    says: () =>
      'The bootloader’s SHA-256 does not match: some tools change the flash settings in its header without ' +
      'updating the hash.',
    next: 'Some ROMs start it all the same, unless secure boot is on. To fix it, flash a freshly built bootloader.',
  },
  'image-chip-unknown': {
    verdict: 'warning',
    says: (v) => `The image is for a chip that Sectorwise does not know: id ${v['chip']}.`,
    next: 'Check that the file was built for your chip.',
  },
  'image-flash-size-unknown': {
    verdict: 'warning',
    says: (v) => `The header has an unknown flash size: code ${v['code']}.`,
    next: REBUILD,
  },
  'image-trailing': {
    verdict: 'note',
    says: (v) => `Extra data follows the image: ${v['size']}${v['what']}.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in app images. */
export type AppImageKind = keyof typeof APP_IMAGE_FINDINGS;

/** Makes one finding about an app image. */
export const appImageFinding = findings<AppImageKind>(APP_IMAGE_FINDINGS);

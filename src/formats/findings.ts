/** Everything that can be seen in an Espressif app image, worded once. */
import { findings } from '../flash/finding.ts';
import type { FindingKind } from '../flash/finding.ts';

const REBUILD = 'Build the firmware again, or download it again, and use that file.';

/** Every kind of finding in app images, with its words. */
export const APP_IMAGE_FINDINGS = {
  'image-empty': {
    verdict: 'problem',
    says: () => 'There is nothing in it: no bytes at all.',
    next: 'Choose another file.',
  },
  'image-wrong-magic': {
    verdict: 'problem',
    says: (v) =>
      `This is not an Espressif app image: ${v['looks']}. Its first byte is ${v['found']}, not ${v['expected']}.`,
    next: 'Choose the application .bin file that the build made.',
  },
  'image-header-cut-short': {
    verdict: 'problem',
    says: (v) => `It begins like an app image but ends inside the header: ${v['have']} of ${v['need']} bytes.`,
    next: REBUILD,
  },
  'image-truncated': {
    verdict: 'problem',
    says: (v) => `The image is cut short: ${v['missing']} missing at its end.`,
    next: 'Copy or download the file again: this one is incomplete.',
  },
  'image-segment-past-end': {
    verdict: 'problem',
    says: (v) => `Segment ${v['segment']} needs ${v['length']} from ${v['offset']}, but there are only ${v['have']}.`,
    next: 'Copy or download the file again: this one is incomplete or damaged.',
  },
  'image-segment-length': {
    verdict: 'problem',
    says: (v) => `Segment ${v['segment']} has an impossible length, ${v['length']}: it must be ${v['rule']}.`,
    next: REBUILD,
  },
  'image-too-many-segments': {
    verdict: 'problem',
    says: (v) => `The header names ${v['count']} segments; a bootloader accepts at most ${v['limit']}.`,
    next: REBUILD,
  },
  'image-no-segments': {
    verdict: 'problem',
    says: () => 'The image has no segments: there is nothing in it to run.',
    next: REBUILD,
  },
  'image-checksum-wrong': {
    verdict: 'problem',
    says: (v) =>
      "The image's checksum does not match, so some of its bytes were changed: " +
      `stored ${v['stored']}, computed ${v['computed']}.`,
    next: REBUILD,
  },
  'image-hash-wrong': {
    verdict: 'problem',
    says: () => "The image's SHA-256 does not match: it was damaged or edited, and the bootloader will not start it.",
    next: REBUILD,
  },
  'bootloader-hash-wrong': {
    verdict: 'warning',
    says: () =>
      "The bootloader's SHA-256 does not match: some tools change flash settings in its header and leave the hash.",
    next: 'It still starts unless secure boot is on. To mend it, flash a freshly built bootloader.',
  },
  'image-chip-unknown': {
    verdict: 'warning',
    says: (v) => `The image is for a chip that Sectorwise does not know: id ${v['chip']}.`,
    next: 'Check that the file was built for your chip.',
  },
  'image-flash-size-unknown': {
    verdict: 'warning',
    says: (v) => `The header names a flash size that does not exist: code ${v['code']}.`,
    next: REBUILD,
  },
  'image-trailing': {
    verdict: 'note',
    says: (v) => `After the image come ${v['size']} more${v['what']}.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of findings in app images. */
export type AppImageKind = keyof typeof APP_IMAGE_FINDINGS;

/** Makes one finding about an app image. */
export const appImageFinding = findings<AppImageKind>(APP_IMAGE_FINDINGS);

/** Every kind of hostile input, in the order of the last line of `npm run hostile`. */
import type { HostileKind } from './case.ts';
import { ANSWER_CASES } from './dfu-answers.ts';
import { DESCRIPTOR_CASES } from './dfu-descriptors.ts';
import { ESP_CASES } from './esp-boards.ts';

/** The kinds with their cases. */
export const KINDS: readonly HostileKind[] = [
  { kind: 'DFU devices', least: 35, cases: [...DESCRIPTOR_CASES, ...ANSWER_CASES] },
  { kind: 'ESP boards', least: 10, cases: ESP_CASES },
];

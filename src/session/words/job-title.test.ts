/** What an unfinished job is called, whatever it was to do: one plain phrase, behind “Unfinished:” and where it stands alone. */
import { expect, test } from 'vitest';
import type { Fate } from '../../flash/fates.ts';
import type { Partition } from '../../flash/layout.ts';
import { NO_LAYOUT } from '../../flash/layout.ts';
import type { JobRecord } from '../../storage/records.ts';
import { jobTitle } from './job-title.ts';

type Job = Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about'>;

const after: Job['after'] = { layout: NO_LAYOUT, expected: null, says: '' };
const flash: Job = { purpose: { kind: 'flash' }, files: [], after };
const range = { region: 'flash', address: 0x9000, size: 0x15000 };
const nvs: Partition = { ...range, name: 'nvs', role: 'settings', type: 'data, nvs' };
const file = { name: 'firmware.bin', place: 'app0', size: 1, md5: '', address: '0x20000' };
const edited: Fate = { fate: 'kept', before: nvs, after: nvs, blank: false, readable: true, edited: ['wifi/ssid'] };

test.each<[of: string, job: Job, says: string, alone: string]>([
  ['files', { ...flash, files: [file] }, 'firmware.bin to app0', 'firmware.bin to app0'],
  ['edits', { ...flash, after: { ...after, fates: [edited] } }, 'wifi/ssid in nvs', 'wifi/ssid in nvs'],
  ['a layout', { ...flash, files: [file], about: { what: 'layout', changes: 1 } }, 'new layout', 'New layout'],
  ['a header', { ...flash, about: { what: 'else', changes: 1 } }, 'changes without files', 'Changes without files'],
  ['an erase', { ...flash, purpose: { kind: 'erase', range, name: 'nvs' } }, 'erase nvs', 'Erase nvs'],
  [
    'an erase of everything',
    { ...flash, purpose: { kind: 'erase', range, name: 'the whole flash' } },
    'erase the whole flash',
    'Erase the whole flash',
  ],
  [
    'a start',
    { ...flash, purpose: { kind: 'choose-start', choice: { do: 'start', range }, name: 'Start app1' } },
    'start app1',
    'Start app1',
  ],
  [
    'no choice of a start',
    { ...flash, purpose: { kind: 'choose-start', choice: { do: 'forget' }, name: 'Erase otadata' } },
    'erase otadata',
    'Erase otadata',
  ],
  [
    'a restore',
    { ...flash, purpose: { kind: 'restore', backup: 'b1', name: 'raft-demo 1.4.2 to app1' } },
    'restore raft-demo 1.4.2 to app1',
    'Restore raft-demo 1.4.2 to app1',
  ],
  [
    'a rollback',
    { ...flash, purpose: { kind: 'roll-back', job: 'j1' } },
    'restore the previous content',
    'Restore the previous content',
  ],
])('of %s', (_, job, says, alone) => {
  expect(jobTitle(job)).toEqual({ says, alone });
  // “Unfinished: what starts: Start app1” was a riddle.
  expect(says).not.toContain(':');
});

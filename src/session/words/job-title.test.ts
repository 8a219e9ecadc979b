/** What an unfinished job is called, whatever it was to do: one plain phrase, behind “Unfinished:” and where it stands alone. */
import { expect, test } from 'vitest';
import type { Fate } from '../../flash/fates.ts';
import type { Partition, PartitionRole } from '../../flash/layout.ts';
import { NO_LAYOUT } from '../../flash/layout.ts';
import type { JobRecord } from '../../storage/records.ts';
import { jobTitle } from './job-title.ts';

type Job = Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about' | 'plan'>;

const after: Job['after'] = { layout: NO_LAYOUT, expected: null, says: '' };
const plan: Job['plan'] = { version: 1, image: { size: 0, md5: '' }, stretches: [], equal: [] };
const flash: Job = { purpose: { kind: 'flash' }, files: [], after, plan };
const range = { region: 'flash', address: 0x9000, size: 0x15000 };
const nvs: Partition = { ...range, name: 'nvs', role: 'settings', type: 'data, nvs' };
const file = { name: 'firmware.bin', place: 'app0', size: 1, md5: '', address: '0x20000' };
const edited: Fate = { fate: 'kept', before: nvs, after: nvs, blank: false, readable: true, edited: ['wifi/ssid'] };

/** A job that writes the one partition of a board, and no file. */
function writing(name: string, role: PartitionRole, about?: NonNullable<Job['about']>): Job {
  const unit = { ...range, pieces: [], before: null, after: '', why: '', backup: 'none' as const };
  return {
    ...flash,
    plan: { ...plan, stretches: [{ ...range, units: [unit], rank: 0, encrypt: false }] },
    after: { ...after, layout: { ...NO_LAYOUT, partitions: [{ ...nvs, name, role }] } },
    ...(about !== undefined && { about }),
  };
}

test.each<[of: string, job: Job, says: string, alone: string]>([
  ['files', { ...flash, files: [file] }, 'firmware.bin to app0', 'firmware.bin to app0'],
  ['edits', { ...flash, after: { ...after, fates: [edited] } }, 'wifi/ssid in nvs', 'wifi/ssid in nvs'],
  ['a layout', { ...flash, files: [file], about: { what: 'layout', changes: 1 } }, 'new layout', 'New layout'],
  [
    'a layout that moves something',
    {
      ...flash,
      files: [file],
      about: { what: 'layout', changes: 1 },
      after: { ...after, fates: [{ ...edited, fate: 'moved', after: { ...nvs, address: 0x20000 } }] },
    },
    'new layout in which nvs moves',
    'New layout in which nvs moves',
  ],
  [
    'a header',
    writing('bootloader', 'boot', { what: 'else', changes: 1 }),
    'change the bootloader’s header',
    'Change the bootloader’s header',
  ],
  // An older record does not say what it is about.
  ['a header, once', writing('bootloader', 'boot'), 'change the bootloader’s header', 'Change the bootloader’s header'],
  [
    'what starts, of a file that is there already',
    { ...writing('otadata', 'boot-choice', { what: 'else', changes: 1 }), files: [file] },
    'change what starts',
    'Change what starts',
  ],
  [
    'a table and edits',
    (() => {
      const job = writing('partition table', 'table', { what: 'else', changes: 2 });
      const elsewhere = { ...nvs, address: 0x20000 };
      return { ...job, after: { ...job.after, fates: [{ ...edited, before: elsewhere, after: elsewhere }] } };
    })(),
    'change the partition table and wifi/ssid in nvs',
    'Change the partition table and wifi/ssid in nvs',
  ],
  ['the options of a part', writing('nvs', 'settings', { what: 'else', changes: 1 }), 'change nvs', 'Change nvs'],
  ['an erase of a choice', writing('nvs', 'settings', { what: 'erase', changes: 1 }), 'erase nvs', 'Erase nvs'],
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

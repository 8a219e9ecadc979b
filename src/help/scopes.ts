/** What tells sections with equal titles apart, shown beside the title. */

const ESP = 'ESP32 family';
const DFU = 'STM32 and Particle';

/** By name: the boards, the file or the moment that a section is about. */
export const SCOPES: Readonly<Record<string, string>> = {
  'link-lost': ESP,
  'dfu-lost': DFU,
  'no-answer': ESP,
  'dfu-no-answer': DFU,
  'table-number-too-large': 'a binary table',
  'csv-number-unwritable': 'a CSV of a board’s table',
  'dfu-never-written': 'a board',
  'flash-image-not-writable': 'a flash image in a file',
  'backup-file-damaged': 'a backup',
  'encrypted-backup-damaged': 'an encrypted backup',
  'flash-image-damaged': 'a flash image',
  'spiffs-file-unreadable': 'when the file is opened',
  'spiffs-file-damaged': 'when the partition is checked',
  'no-place': ESP,
  'no-sector': DFU,
  'app-too-large': 'an app',
  'data-too-large': 'data',
  'backup-fits-elsewhere': 'with room for it elsewhere',
  'backup-place-changed': 'without room for it elsewhere',
  'image-empty': 'an app image',
  'file-empty': 'any other file',
};

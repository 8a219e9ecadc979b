/** What partitions hold, for the gallery and the tests of the elements that show it. */
import type { ExplainedContent, FileTree, SettingsList } from '../../src/flash/partition-contents.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';

/** The partition with the settings, and the one with the files, on the gallery's board. */
export const nvsRange = { region: 'flash', address: 0x9000, size: 0x15000 } as const;
export const fsRange = { region: 'flash', address: 0x380000, size: 0x80000 } as const;

const string = (namespace: string, key: string, value: string, secret = false) =>
  ({ namespace, key, type: 'string', value, size: value.length + 1, secret }) as const;
const number = (namespace: string, key: string, type: string, value: string) =>
  ({ namespace, key, type, value, size: 4, secret: false }) as const;

/** Settings, of which one is a secret. */
export const settings: SettingsList = {
  kind: 'settings',
  format: 'NVS',
  details: '21 pages: 1 active, 20 blank; 2,509 entries free',
  settings: [
    number('raft', 'boots', 'i32', '41'),
    { namespace: 'raft', key: 'curve', type: 'blob', value: '00112233445566778899', size: 10, secret: false },
    string('raft', 'name', 'Raft <b>on</b> the bench'),
    number('wifi', 'channel', 'u8', '6'),
    string('wifi', 'password', 'correct horse', true),
    string('wifi', 'ssid', 'workshop'),
  ],
  types: ['u8', 'i32', 'string', 'blob'],
  findings: [],
};

/** The edits of them: one changed, one new, one deleted. */
export const settingEdits: EditsView['edits'] = [
  { id: 1, edit: { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' } },
  { id: 2, edit: { edit: 'set', namespace: 'wifi', key: 'api_token', type: 'string', value: 'abc' } },
  { id: 3, edit: { edit: 'delete-setting', namespace: 'raft', key: 'boots' } },
];

const file = (path: string, size: number, modified: number | null = null) =>
  ({ path, kind: 'file', size, modified }) as const;

/** A tree of files in two folders. */
export const tree: FileTree = {
  kind: 'files',
  format: 'LittleFS',
  details: 'version 2.1, 128 blocks of 4 KiB',
  entries: [
    { path: '/logs', kind: 'folder', size: 0, modified: null },
    file('/logs/2026-03-09.txt', 18_204, Date.UTC(2026, 2, 9, 10)),
    { path: '/www', kind: 'folder', size: 0, modified: null },
    file('/www/index.html', 1412),
    file('/www/logo.png', 4096),
    file('/config.json', 87),
  ],
  usedBytes: 0xe000,
  totalBytes: 0x80000,
  findings: [],
};

/** The edits of them. */
export const fileEdits: EditsView['edits'] = [
  { id: 4, edit: { edit: 'write-file', path: '/www/new.css', size: 900, modified: null } },
  { id: 5, edit: { edit: 'delete-file', path: '/logs' } },
];

/** An explanation. */
export const explained: ExplainedContent = {
  kind: 'explained',
  format: 'App',
  says: 'The app raft-demo 1.4.2 for the ESP32, made with ESP-IDF v5.3.1.',
  facts: [
    { name: 'Project', value: 'raft-demo' },
    { name: 'Version', value: '1.4.2' },
    { name: 'Segment 1', value: '132 KiB for 0x3F400020' },
  ],
  saves: [],
  findings: [],
};

/** The bytes of a page. */
export const bytes = { offset: 0x40, data: Uint8Array.from({ length: 0x60 }, (_, i) => (i * 37) & 0xff) };

/** A partition that was opened, and holds this. */
export function openedAs(listing: ContentsView['listing'], more: Partial<ContentsView> = {}): ContentsView {
  const range = listing?.kind === 'files' ? fsRange : nvsRange;
  return { range, listing, why: '', problem: null, notice: '', file: null, bytes: null, found: null, ...more };
}

/** Files that are no firmware, whatever their name: containers, archives, a failed download; and a guess at what a file is. */
import type { FindingKind, Values } from '../flash/finding.ts';
import { bytes, findings } from '../flash/finding.ts';
import { article, capital } from '../flash/english.ts';
import { espressifImage } from './app-header.ts';
import { ascii, holdsAt, isFilledWith } from './binary.ts';
import { looksLikeHex } from './intel-hex.ts';
import { readJson, textIn } from './json.ts';

const DOWNLOAD = 'Download the file itself: a link to its page, or one that needs a login, gives something else.';

/** Every kind of such a file, with its words; `what` is its name without an article. */
export const NOT_FIRMWARE_FINDINGS = {
  'file-empty': {
    verdict: 'problem',
    says: () => 'The file is empty.',
    next: 'Download or build it again: this one has no content.',
  },
  'container-as-it-is': {
    verdict: 'problem',
    says: (v) => `This is ${article(v['what'])}: what is in it belongs on a board, not the file itself.`,
    next: 'Generate it again if it is damaged, or use the .bin or .hex file of the same build.',
  },
  'archive-not-read': {
    verdict: 'problem',
    says: (v) => `This is ${article(v['what'])}, which Sectorwise does not unpack.`,
    next: (_, at) => `Unpack it and ${at.drop} the firmware files, or use a ZIP archive.`,
  },
  's-record-not-read': {
    verdict: 'problem',
    says: () => 'This is a Motorola S-record file, which Sectorwise does not read.',
    next: 'Use the .hex or .bin file of the same build, or make one with “objcopy -I srec -O ihex”.',
  },
  'web-page': {
    verdict: 'problem',
    says: (v) => `This is ${article(v['what'])}, not firmware: a web server sent it instead of the file.`,
    next: DOWNLOAD,
  },
  'server-error': {
    verdict: 'problem',
    says: (v) => `This is an error message from a web server, not firmware: “${v['message']}”.`,
    next: DOWNLOAD,
  },
  'lfs-pointer': {
    verdict: 'problem',
    says: (v) => `This is a Git LFS pointer to a file of ${v['size']}, not the file itself.`,
    next: (_, at) => `Run “git lfs pull” in the repository, or download the file from its page, and ${at.drop} that.`,
  },
  'json-text': {
    verdict: 'problem',
    says: () => 'This is a JSON text, such as a manifest or settings of a tool. It holds no firmware.',
    next: (_, at) => `${capital(at.drop)} the firmware files that it names, or the whole folder.`,
  },
} satisfies Record<string, FindingKind>;

/** The kinds of files that are no firmware. */
export type NotFirmwareKind = keyof typeof NOT_FIRMWARE_FINDINGS;

/** Makes the finding about a file that is no firmware. */
export const notFirmwareFinding = findings<NotFirmwareKind>(NOT_FIRMWARE_FINDINGS);

/** What such a file is: its kind, its name, a clause for a sentence about it, and the values of the finding. */
export interface NotFirmware {
  readonly kind: NotFirmwareKind;
  readonly name: string;
  readonly clause: string;
  readonly values: Values;
}

interface Signature {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly kind: 'container-as-it-is' | 'archive-not-read';
  readonly name: string;
  /** What is added to the clause. */
  readonly more?: string;
}

const CONTAINER = 'container-as-it-is';
const ARCHIVE = 'archive-not-read';
const SIGNATURES: readonly Signature[] = [
  {
    at: 0,
    bytes: [0x7f, ...ascii('ELF')],
    kind: CONTAINER,
    name: 'ELF file',
    more: ', from which the .bin file is generated',
  },
  { at: 0, bytes: ascii('UF2\n'), kind: CONTAINER, name: 'UF2 file' },
  { at: 0, bytes: ascii('DfuSe'), kind: CONTAINER, name: 'DfuSe file', more: ', for an STM32' },
  { at: 0, bytes: [...ascii('PK'), 3, 4], kind: CONTAINER, name: 'ZIP archive' },
  { at: 0, bytes: [...ascii('PK'), 5, 6], kind: CONTAINER, name: 'ZIP archive' },
  { at: 0, bytes: [0x1f, 0x8b, 8], kind: ARCHIVE, name: 'compressed (gzip) file' },
  { at: 0, bytes: [0xfd, ...ascii('7zXZ'), 0], kind: ARCHIVE, name: 'compressed (xz) file' },
  { at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: ARCHIVE, name: 'compressed (Zstandard) file' },
  { at: 0, bytes: [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c], kind: ARCHIVE, name: '7-Zip archive' },
  { at: 0, bytes: [...ascii('Rar!'), 0x1a, 7], kind: ARCHIVE, name: 'RAR archive' },
  { at: 4, bytes: ascii('1AY&SY'), kind: ARCHIVE, name: 'compressed (bzip2) file' },
  { at: 257, bytes: ascii('ustar'), kind: ARCHIVE, name: 'tar archive' },
];

const ERROR = 'error message from a web server';
/** How many bytes of a text are looked at. */
const GLANCE = 512;
/** The longest part of an error message that is repeated. */
const LONGEST = 80;
const LFS = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\r?\n[^]*^size (\d+)/m;
// As raw.githubusercontent.com and other servers answer: "404: Not Found".
const STATUS = /^[45]\d\d[: ] ?[A-Z][\w ]{2,60}\.?\s*$/;
const S_RECORD = /^S[0-9]([0-9A-Fa-f]{2}){4,}\s*$/m;

/** What a file is if it is known not to be firmware; null if it may be. */
export function notFirmware(data: Uint8Array): NotFirmware | null {
  if (data.length === 0) return { kind: 'file-empty', name: 'empty file', clause: 'it is empty', values: {} };
  const signature = SIGNATURES.find(({ at, bytes }) => holdsAt(data, at, bytes));
  if (signature === undefined) return fromText(data);
  const { kind, name, more = '' } = signature;
  return { kind, name, clause: `it looks like ${article(name)}${more}`, values: { what: name } };
}

function fromText(data: Uint8Array): NotFirmware | null {
  const head = data.subarray(0, GLANCE);
  if (looksLikeHex(head)) {
    const name = 'Intel HEX file';
    return { kind: CONTAINER, name, clause: `it looks like ${article(name)}`, values: { what: name } };
  }
  // The decoder removes a byte order mark.
  const text = new TextDecoder().decode(head).trimStart();
  const found = (kind: NotFirmwareKind, name: string, values: Values, more = ''): NotFirmware => ({
    kind,
    name,
    clause: `it is ${article(name)}${more}`,
    values,
  });
  const page = /^<(!doctype html|html\b|head\b)/i.test(text)
    ? 'HTML page'
    : /^<(\?xml\b|Error>)/.test(text)
      ? 'XML text'
      : null;
  if (page !== null) return found('web-page', page, { what: page }, ' that a web server sent instead of the file');
  const [, size] = LFS.exec(text) ?? [];
  if (size !== undefined) {
    return found('lfs-pointer', 'Git LFS pointer', { size: bytes(Number(size)) }, ', not the file itself');
  }
  const status = data.length <= GLANCE ? STATUS.exec(text)?.[0].trim() : undefined;
  if (status !== undefined) return found('server-error', ERROR, { message: status }, `: “${status}”`);
  if (S_RECORD.test(text.split('\n', 1)[0] ?? '')) return found('s-record-not-read', 'Motorola S-record file', {});
  const message = text.startsWith('{') ? messageIn(data) : null;
  if (message === null) return null;
  if (message === '') return found('json-text', 'JSON text', {});
  return found('server-error', ERROR, { message }, `: “${message}”`);
}

/** The error message in a JSON text, shortened; empty if it has none; null if these bytes are not a JSON object. */
function messageIn(data: Uint8Array): string | null {
  const json = readJson(data);
  if (json.kind !== 'object') return null;
  const { object } = json;
  const [message = ''] = ['message', 'error', 'detail', 'error_description'].flatMap(
    (name) => textIn(object, name) ?? [],
  );
  return message.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST);
}

/** What is never firmware for any board, nor data of a project: archives and JSON may be that. */
const SPOILT: readonly NotFirmwareKind[] = ['file-empty', 'web-page', 'server-error', 'lfs-pointer'];

/** What a failed download left in place of a file, by its first bytes; null if it may be what it should be. */
export function failedDownload(data: Uint8Array): NotFirmware | null {
  const what = notFirmware(data);
  return what !== null && SPOILT.includes(what.kind) ? what : null;
}

const KNOWN_STARTS: readonly { readonly at: number; readonly bytes: readonly number[]; readonly says: string }[] = [
  { at: 0, bytes: [0xaa, 0x50], says: 'it looks like a partition table' },
  { at: 8, bytes: ascii('littlefs'), says: 'it looks like a LittleFS file system' },
];

/** How many bytes are looked at: a guess does not need the whole file. */
const GUESS_SIZE = 512;

/** A guess: a clause such as "it looks like a ZIP archive", and what kind of guess it is. `unknown`: like nothing known. */
interface Guess {
  readonly is: 'known' | 'blank' | 'zeros' | 'text' | 'unknown';
  readonly says: string;
}

/** What a file is, guessed from its first bytes. */
export function looksLike(data: Uint8Array): Guess {
  const recognise = data.subarray(0, GUESS_SIZE);
  const isText = recognise.every((b) => (b >= 0x20 && b < 0x7f) || (b >= 9 && b <= 13));
  const known =
    notFirmware(data)?.clause ?? KNOWN_STARTS.find(({ at, bytes }) => holdsAt(data, at, bytes))?.says ?? null;
  if (known !== null) return { is: isText ? 'text' : 'known', says: known };
  if (isFilledWith(recognise, 0xff)) return { is: 'blank', says: 'it is blank (erased flash)' };
  if (isFilledWith(recognise, 0)) return { is: 'zeros', says: 'it is all zeros' };
  if (isText) return { is: 'text', says: 'it looks like text' };
  const image = espressifImage(recognise);
  if (image !== null) return { is: 'known', says: `it looks like ${image.says}` };
  return { is: 'unknown', says: 'it matches no kind of file that Sectorwise knows' };
}

/** Checks a displayed board against its flash: the layout, the contents, and what starts. */
import type { Content, Inspection } from '../../../flash/family.ts';
import type { Judge } from './judge.ts';
import type { Cells, Span } from './reader.ts';
import { appIn, bytesAt, hex, LOOKED_AT, moduleIn, nvsIn, sequencesIn, tableIn, written } from './reader.ts';

/** The real board. */
export interface Truth {
  readonly now: Cells;
  /** Whether it has a readable partition table. */
  readonly hasTable: boolean;
  /** The address of the app that it would start now; null for none. */
  readonly starts: number | null;
  /** Whether the last job is unfinished: partly written flash must then not be shown as blank. */
  readonly unfinished: boolean;
}

/** Words that call content incomplete. */
const QUALIFIED = /incomplete|not complete|interrupted|damaged|half|partly|would not start|wrong|invalid/i;

/** Compares the layout, every content and the boot prediction. */
export function judgeBoard(judge: Judge, board: Inspection, truth: Truth): void {
  if (truth.hasTable) judgeLayout(judge, board, truth);
  for (const content of board.contents) judgeContent(judge, content, board, truth);
  const start = board.boot?.partition ?? null;
  if (start === null) return;
  const { name } = start;
  const partition = board.layout.partitions.find(
    ({ region, address }) => region === start.region && address === start.address,
  );
  const { starts } = truth;
  const holds =
    partition !== undefined &&
    starts !== null &&
    starts >= partition.address &&
    starts < partition.address + partition.size;
  judge.check(
    'board: what starts',
    holds,
    () => `${name} starts`,
    () => (starts === null ? 'nothing would start' : `the app at ${hex(starts)} would`),
  );
}

function judgeLayout(judge: Judge, { layout }: Inspection, { now }: Truth): void {
  const rows = tableIn(now).map(({ label, address, size }) => `${label} ${hex(address)} ${size}`);
  const shown = layout.partitions
    .filter(({ role }) => role !== 'boot' && role !== 'table')
    .map(({ name, address, size }) => `${name} ${hex(address)} ${size}`);
  judge.check(
    'board: the partitions',
    rows.toSorted().join() === shown.toSorted().join(),
    () => shown.filter((each) => !rows.includes(each)).join(', ') || 'no others',
    () => rows.filter((each) => !shown.includes(each)).join(', ') || 'none of these',
  );
}

function judgeContent(judge: Judge, content: Content, board: Inspection, { now, unfinished }: Truth): void {
  const { kind, says, address, gap } = content;
  const end = Math.min(address + content.size, now.start + now.bytes.length);
  const span = { address, size: end - address };
  const bytes = span.size <= 0 ? null : bytesAt(now, span);
  if (bytes === null) return;
  const name = board.layout.partitions.find((each) => each.address === address)?.name ?? hex(address);
  const check = (claim: string, holds: boolean, is: () => string): void =>
    judge.check(`board: ${claim}`, holds, () => `${name}: ${says}`, is);
  if (kind === 'unread' || gap?.holds === 'unread') return;
  const held = written(bytes);
  if (kind === 'blank' || gap?.holds === 'blank') {
    const is = () => `${held} bytes are written, the first at ${firstWritten(bytes, address)}`;
    check('what is empty', written(bytes.subarray(0, lookedAt(says, bytes.length))) === 0, is);
    // A gap is said to be blank at its start only.
    if (unfinished && gap === undefined)
      check('what a job left half written is not empty', held === 0 || QUALIFIED.test(says), is);
    return;
  }
  // Blank otadata is described as otadata.
  if (held === 0) return check('what is not empty', kind === 'otadata', () => 'it is blank');
  if (kind === 'app') judgeApp(check, content, board, now, span);
  if (kind === 'module') judgeModule(check, says, bytes, address);
  judgeNumbers(check, says, bytes);
}

type Check = (claim: string, holds: boolean, is: () => string) => void;

function judgeApp(check: Check, { says }: Content, { findings }: Inspection, now: Cells, span: Span): void {
  const app = appIn(now, span);
  if (app === null) return check('an app is there', false, () => 'no image begins there');
  check(
    'which app is there',
    says.includes(app.project) && says.includes(app.version),
    () => `${app.project} ${app.version}`,
  );
  check('an app is incomplete', !app.whole || !/Incomplete/.test(says), () => 'its image is complete');
  const warned = findings.some(
    ({ verdict, place }) =>
      (verdict === 'problem' || verdict === 'warning') &&
      place.in === 'flash' &&
      place.range.address >= span.address &&
      place.range.address < span.address + span.size,
  );
  check('an app is whole', app.whole || warned || QUALIFIED.test(says), () => 'its image is not complete');
}

function judgeModule(check: Check, says: string, bytes: Uint8Array, address: number): void {
  const module = moduleIn(bytes, address);
  const version = Number(/version (\d+)/.exec(says)?.[1]);
  // A module in the factory slot is linked for another address.
  if (module === null) return;
  check('which module is there', module.version === version, () => `version ${module.version}`);
  if (/CRC is correct/.test(says)) check('a module is whole', module.sound, () => 'its CRC is wrong');
}

/** Compares numbers of settings, records and rows where a sentence gives them. */
function judgeNumbers(check: Check, says: string, bytes: Uint8Array): void {
  const [, entries, pages] = /\(NVS\): ([\d,]+) entr\w+ of 32 bytes in (\d+) pages?\./.exec(says) ?? [];
  if (entries !== undefined) {
    const own = nvsIn(bytes);
    const said = Number(entries.replaceAll(',', ''));
    check(
      'how many settings',
      said === own.entries && Number(pages) === own.pages,
      () => `${own.entries} in ${own.pages} pages`,
    );
  }
  const [, record, sequence] = /Entry ([12]) is used: sequence number (\d+)/.exec(says) ?? [];
  if (record !== undefined) {
    const own = sequencesIn(bytes);
    check(
      'the boot selection',
      own[record === '1' ? 0 : 1] === Number(sequence),
      () => `sequence numbers ${own.join(' and ')}`,
    );
  }
  const [, rows] = /^(\d+) partitions?, its MD5/.exec(says) ?? [];
  if (rows !== undefined) {
    let own = 0;
    while (bytes[own * 32] === 0xaa) own++;
    check('how many partitions', Number(rows) === own, () => `${own} rows`);
  }
}

/** The number of bytes that a sentence is about. */
function lookedAt(says: string, all: number): number {
  const [, size, unit] = /first ([\d,]+) (KiB|MiB|bytes)/.exec(says) ?? [];
  if (size !== undefined)
    return Number(size.replaceAll(',', '')) * (unit === 'KiB' ? 1024 : unit === 'MiB' ? 1 << 20 : 1);
  return / at (their|its) start/.test(says) ? LOOKED_AT : all;
}

function firstWritten(bytes: Uint8Array, address: number): string {
  return hex(address + bytes.findIndex((byte) => byte !== 0xff));
}

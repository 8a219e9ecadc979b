/** Espressif boards that lie, babble or fall silent. */
import { OP } from '../../virtual-boards/esp/frames.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { pattern } from '../esp/archives.ts';
import type { HostileCase, Limits } from './case.ts';
import type { EspJourney } from './esp-journey.ts';
import { espJourney } from './esp-journey.ts';
import { flashed, lines, noise, withoutEnd } from './flooding-board.ts';
import type { Talk } from './tampered-uart.ts';

interface Board {
  readonly name: string;
  readonly attacks: string;
  readonly comes: string | RegExp;
  readonly talk: () => Talk;
  readonly journey?: EspJourney;
  readonly limits?: Partial<Limits>;
  readonly long?: true;
}

/** 600 KB/s, in pieces of 2 ms. */
const PIECE = 1200;
const bytes = (size: number, of: (i: number) => number) => Uint8Array.from({ length: size }, (_, i) => of(i) & 0xff);
const flood = (next: (piece: number) => Uint8Array) => ({ everyMs: 2, next: (piece: number) => next(piece) });
/** Frames of one command changed; what is no answer to a command (the parts of a long read) is as it was. */
const onAnswer = (op: number, change: (frame: Uint8Array, at: number) => readonly Uint8Array[]): Talk => ({
  frame: (frame, asked, at) => (asked.op === op && frame[0] === 1 && frame[1] === op ? change(frame, at) : [frame]),
});
const set = (frame: Uint8Array, at: number, ...to: readonly number[]): Uint8Array => {
  const copy = frame.slice();
  copy.set(to.slice(0, Math.max(0, copy.length - at)), at);
  return copy;
};

/** ESP32: the register in which the flash's ID arrives (SPI_W0), and the one that tells chips apart. */
const [FLASH_ID, MAGIC] = [0x3ff42080, 0x40001000];
const register = (address: number, value: (at: number) => number): Talk => ({
  frame: (frame, { op, data }, at) => {
    if (op !== OP.readReg || frame[1] !== op || data.length < 4) return [frame];
    if (new DataView(data.buffer, data.byteOffset).getUint32(0, true) !== address) return [frame];
    const copy = frame.slice();
    new DataView(copy.buffer).setUint32(4, value(at) >>> 0, true);
    return [copy];
  },
});

const NAMES = ['\u202egnp', '../../etc', '<b>x</b>', '\u0000\u0007', 'nvs', 'nvs', '%s%n', '\ud800'];
const ROWS = Array.from({ length: 90 }, (_, i) => ({
  label: NAMES[i % NAMES.length] ?? '',
  type: i % 3 === 0 ? 0 : 1,
  subtype: i % 2 === 0 ? 0x10 : 0x02,
  offset: 0x10000 + (i % 7) * 0x8000,
  size: i % 5 === 0 ? 0xfffff000 : 0x40000,
}));

const BOARDS: readonly Board[] = [
  {
    name: 'noise for ever, and no answer',
    attacks: 'the transport: looking for a frame in what never ends',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ deaf: true, says: flood((piece) => bytes(PIECE, (i) => i * 7 + piece)) }),
  },
  {
    name: 'one frame that never ends',
    attacks: 'the transport: a frame that grows until the memory is full',
    comes: 'disconnected: lost no-loader',
    talk: () => ({
      deaf: true,
      says: flood((piece) => bytes(PIECE, (i) => (piece === 0 && i === 0 ? 0xc0 : 0x41))),
    }),
  },
  {
    name: 'nothing but the ends of frames',
    attacks: 'the transport: empty frames taken for answers',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ deaf: true, says: flood(() => new Uint8Array(PIECE).fill(0xc0)) }),
  },
  {
    name: 'an echo of every command',
    attacks: 'the link: what was sent, taken for its answer',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ deaf: true, echoes: true }),
  },
  {
    name: 'the same digest for everything',
    attacks: 'the proof: a digest that is not of what was written',
    comes: 'failed refused read-unsure',
    talk: () => onAnswer(OP.spiFlashMd5, (frame) => [set(frame, 8, ...new Uint8Array(16).fill(0x11))]),
  },
  {
    name: 'the digest of the question before',
    attacks: 'the proof: answers that are one late',
    comes: 'wrong refused unit-wrong',
    talk: () => {
      let before = new Uint8Array(16);
      return onAnswer(OP.spiFlashMd5, (frame) => {
        const late = before;
        before = frame.slice(8, 24);
        return [set(frame, 8, ...late)];
      });
    },
    journey: { later: true },
  },
  {
    name: 'answers of four bytes',
    attacks: 'the loader: reading behind the end of an answer',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ frame: (frame) => [frame[0] === 1 ? frame.slice(0, 4) : frame] }),
  },
  {
    name: 'answers without data and status',
    attacks: 'the loader: a missing status taken for success',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ frame: (frame, { op }) => [frame[0] === 1 && op !== OP.sync ? frame.slice(0, 8) : frame] }),
  },
  {
    name: 'answers with 60,000 bytes more',
    attacks: 'the loader: the status looked for at a fixed place',
    comes: 'verified',
    talk: () => ({
      frame: (frame, { op }) => [
        frame[0] === 1 && op === OP.readReg ? Uint8Array.from([...frame, ...new Uint8Array(60_000)]) : frame,
      ],
    }),
  },
  {
    name: 'every answer twice',
    attacks: 'the link: the second taken for the answer to the next command',
    comes: 'verified',
    talk: () => ({ frame: (frame) => (frame[0] === 1 ? [frame, frame] : [frame]) }),
  },
  {
    name: 'every answer four seconds late',
    attacks: 'the link: an answer after its time limit, taken for that of the next try',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ lateMs: 4000 }),
  },
  {
    name: 'answers to other commands',
    attacks: 'the link: an opcode that nobody compares',
    comes: 'disconnected: lost no-loader',
    talk: () => ({ frame: (frame) => [frame[0] === 1 ? set(frame, 1, (frame[1] ?? 0) ^ 0x40) : frame] }),
  },
  {
    name: 'another chip at each look',
    attacks: 'identifying: the pins and addresses of one chip used on another',
    comes: 'disconnected: refused chip-unknown',
    talk: () => register(MAGIC, (at) => [0x00f01d83, 0x9, 0x6921506f, 0xdeadbeef][at % 4] ?? 0),
  },
  {
    name: 'a flash of 2^255 bytes',
    attacks: 'identifying: a size that is shifted without a limit',
    comes: 'disconnected: refused flash-unknown',
    talk: () => register(FLASH_ID, () => 0xff40ef),
  },
  {
    name: 'a flash ID of all ones',
    attacks: 'identifying: a bus without a chip',
    comes: 'disconnected: refused flash-unknown',
    talk: () => register(FLASH_ID, () => 0xffffffff),
  },
  {
    name: 'reads of more than was asked for, without an end',
    attacks: 'reading: a stream that fills the memory',
    comes: 'disconnected: lost no-answer',
    talk: () => ({
      frame: (frame, { op }) => (op === OP.readFlash && frame[0] !== 1 ? [frame, frame, frame, frame] : [frame]),
    }),
  },
  {
    name: 'reads of other bytes than their digest says',
    attacks: 'reading: a digest that nobody compares',
    comes: 'disconnected: lost no-answer',
    talk: () => ({
      frame: (frame, { op }) => [op === OP.readFlash && frame.length > 1000 ? set(frame, 500, 0x5a) : frame],
    }),
  },
  {
    name: 'every write refused with status 255',
    attacks: 'failures: a code without words',
    comes: 'failed refused device-refused',
    talk: () => onAnswer(OP.flashDeflData, (frame) => [set(frame, 8, 1, 0xff)]),
  },
  {
    name: 'every write acknowledged, and none done',
    attacks: 'the proof: acknowledged is not written',
    comes: 'failed refused command-unknown',
    talk: () => ({ swallows: OP.flashDeflData }),
  },
  {
    name: 'a table with a partition of 4095 MiB',
    attacks: 'reading: sizes of a table used as they come',
    comes: 'refused: no-app-partition',
    talk: () => ({}),
    journey: {
      flash: ({ made }) =>
        made.flash.load(
          0x8000,
          buildPartitionTable([
            { label: 'otadata', type: 1, subtype: 0x00, offset: 0x1e000, size: 0x2000 },
            { label: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0xfffd0000 },
          ]),
        ),
    },
  },
  {
    name: 'a table of 90 overlapping rows with names that turn, hide and repeat',
    attacks: 'names, and rules that compare each row with each other',
    comes: 'verified',
    talk: () => ({}),
    journey: { flash: ({ made }) => made.flash.load(0x8000, buildPartitionTable(ROWS)) },
  },
  {
    name: 'a flash of noise from its first byte to its last',
    attacks: 'contents: headers, counts and offsets that mean nothing',
    comes: 'refused: no-table',
    talk: () => ({}),
    journey: { flash: ({ made }) => made.flash.load(0, pattern(made.flash.size, 77)) },
  },
  {
    name: 'noise in every partition, and a table that is right',
    attacks: 'contents: NVS, otadata, apps and file systems of noise',
    comes: 'verified',
    talk: () => ({}),
    journey: {
      flash: ({ made }) => {
        made.flash.load(0x9000, pattern(0x17000, 3));
        made.flash.load(0x20000, pattern(made.flash.size - 0x20000, 4));
      },
    },
  },
  {
    name: 'an app of sixteen segments of 4 GiB',
    attacks: 'reading: lengths that are added past 32 bits',
    comes: 'verified',
    talk: () => ({}),
    journey: {
      flash: ({ made }) => {
        const head = bytes(32, (i) => (i === 0 ? 0xe9 : i === 1 ? 16 : i >= 28 ? 0xff : 0));
        made.flash.load(0x20000, head);
      },
    },
  },
];

const FLOODS = [
  ['lines', lines, undefined],
  ['text without a line end', withoutEnd, true],
  ['noise', noise, true],
] as const;

/** Espressif boards that lie, babble or fall silent. */
export const ESP_CASES: readonly HostileCase[] = [
  ...BOARDS.map(({ talk, journey, ...own }) => ({ ...own, run: () => espJourney(talk(), journey) })),
  ...FLOODS.map(([name, talks, long]): HostileCase => ({
    name: `20 s of ${name} at 600 KB/s after a verified flash`,
    attacks: 'the boot log: judged, drawn and kept again with each byte',
    comes: 'verified, and app1 started',
    ...(long && { long }),
    run: async () => {
      const { ended } = await flashed({ talks, startsAt: 19_500 });
      const { verdict = null } = ended.start ?? {};
      return `${ended.outcome}, and ${verdict?.good === true ? `${verdict.partition?.name} started` : 'no start was found'}`;
    },
  })),
];

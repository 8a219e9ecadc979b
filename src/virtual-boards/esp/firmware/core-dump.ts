/**
 * Core dumps as ESP-IDF's panic handler writes them: in the ELF format (Xtensa and RISC-V, with CRC-32 or SHA-256) and in the
 * binary one of Xtensa before ESP-IDF 6. A second implementation: it shares no codec with the app.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { viewOf } from './bytes.ts';
import { crcRegister } from '../../crc32.ts';

/** A task: its name, where its control block and the top of its stack lie, and where it was. */
export interface DumpedTask {
  readonly name: string;
  readonly tcb: number;
  readonly stack: number;
  readonly pc: number;
}

/** A crash to write down; the first task is the one that crashed. `chip` is `esp_chip_id_t`: 0 ESP32, 5 ESP32-C3, 9 ESP32-S3. */
export interface CrashOptions {
  readonly chip: 0 | 5 | 9;
  /** The version's lower half: 0x104 for ESP-IDF 6, 0x102 and 0x103 before it, 3 for the binary format. */
  readonly version: 0x102 | 0x103 | 0x104 | 3;
  readonly tasks: readonly DumpedTask[];
  /** EXCCAUSE or mcause. */
  readonly cause: number;
  /** EXCVADDR or mtval. */
  readonly accessed: number;
  /** Return addresses of the calls, the innermost first; of RISC-V only the first is written down. */
  readonly callers: readonly number[];
  /** The panic handler's text; absent if it has none. */
  readonly panic?: string;
  /** The first hex digits of the SHA-256 of the app's ELF file. */
  readonly elfSha256: string;
  readonly inInterrupt?: boolean;
  /** What the note says of the crashed task instead of its control block. */
  readonly crashedTcb?: number;
}

const TCB_SIZE = 336;
const STACK_SIZE = 512;
const FRAME = 160;

function words(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 * values.length);
  for (const [i, value] of values.entries()) viewOf(out).setUint32(4 * i, value, true);
  return out;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function padded(data: Uint8Array, unit: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / unit) * unit);
  out.set(data);
  return out;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function isXtensa({ chip }: CrashOptions): boolean {
  return chip !== 5;
}

function blockOf({ name, stack }: DumpedTask): Uint8Array {
  const tcb = new Uint8Array(TCB_SIZE);
  tcb.set(words(stack));
  tcb.set(text(name).subarray(0, 15), 52);
  return tcb;
}

/** The stack pointer at the crash: above the frame, and above the save area of an Xtensa's windowed call. */
const topOf = (task: DumpedTask): number => task.stack + FRAME + 32;

/** XtExcFrame: exit, pc, ps, a0 to a15, sar, exccause, excvaddr, lbeg, lend, lcount. */
function xtensaStack(options: CrashOptions, task: DumpedTask, crashed: boolean): Uint8Array {
  const stack = new Uint8Array(STACK_SIZE);
  const [caller = 0, ...outer] = crashed ? options.callers : [];
  const general = [caller, topOf(task), ...Array.from({ length: 14 }, (_, i) => 0x100 + i)];
  const cause = crashed ? [options.cause, options.accessed] : [0xffff, 0];
  stack.set(words(crashed ? 0xdeadbeef : 1, task.pc, 0x60030, ...general, 10, ...cause, 0x4000c349, 0x4000c36b, 0));
  // Every frame is 32 bytes, and below each one's stack pointer its caller's A0 and A1 are saved.
  for (const [i, next] of [...outer, 0].entries()) {
    const at = topOf(task) - task.stack + 32 * i;
    stack.set(words(next, topOf(task) + 32 * (i + 1)), at - 16);
  }
  return stack;
}

const riscvGeneral = (options: CrashOptions, task: DumpedTask): number[] => [
  task.pc,
  options.callers[0] ?? 0,
  task.stack + FRAME,
  ...Array.from({ length: 29 }, (_, i) => 0x200 + i),
];

/** RvExcFrame: mepc, the 31 general registers, mstatus, mtvec, mcause, mtval, mhartid. */
function riscvStack(options: CrashOptions, task: DumpedTask, crashed: boolean): Uint8Array {
  const stack = new Uint8Array(STACK_SIZE);
  const cause = crashed ? [options.cause, options.accessed] : [0, 0];
  stack.set(words(...riscvGeneral(options, task), 0x1881, 0x40380001, ...cause, 0));
  return stack;
}

function stackOf(options: CrashOptions, task: DumpedTask, crashed: boolean): Uint8Array {
  return isXtensa(options) ? xtensaStack(options, task, crashed) : riscvStack(options, task, crashed);
}

/** Before ESP-IDF 6 the name's size was given with its padding. */
function note(options: CrashOptions, name: string, type: number, data: Uint8Array): Uint8Array {
  const own = text(`${name}\0`);
  const size = options.version === 0x104 ? own.length : own.length + 3;
  return joined(
    words(size, data.length, type),
    padded(new Uint8Array([...own, 0, 0, 0]).subarray(0, size), 4),
    padded(data, 4),
  );
}

function statusNote(options: CrashOptions, task: DumpedTask, crashed: boolean): Uint8Array {
  const status = new Uint8Array(72);
  status.set(words(task.tcb), 24);
  if (!isXtensa(options))
    return note(options, 'CORE', 1, joined(status, words(...riscvGeneral(options, task)), words(0)));
  const stack = viewOf(xtensaStack(options, task, crashed));
  const saved = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => stack.getUint32(4 * (from + i), true));
  const special = [...saved(1, 2), ...saved(22, 3), ...saved(19, 1)];
  const general = joined(words(...special), new Uint8Array(4 * 58), words(...saved(3, 16)), new Uint8Array(4 * 49));
  return note(options, 'CORE', 1, joined(status, general));
}

function infoNotes(options: CrashOptions): Uint8Array {
  const { tasks, cause, accessed, panic, elfSha256, inInterrupt = false } = options;
  const tcb = options.crashedTcb ?? tasks[0]?.tcb ?? 0;
  const version = words(versionOf(options));
  const sha = new Uint8Array(68);
  sha.set(text(elfSha256));
  const pairs = [232, cause, 238, accessed, 194, 0, 177, 0x40084013, ...Array.from({ length: 28 }, () => 0)];
  const extra = words(tcb, ...(isXtensa(options) ? pairs : []), inInterrupt ? 1 : 0);
  return joined(
    note(options, 'ESP_CORE_DUMP_INFO', 8266, joined(version, sha)),
    note(options, 'ESP_EXTRA_INFO', 677, extra),
    ...(panic === undefined ? [] : [note(options, 'ESP_PANIC_DETAILS', 679, text(panic))]),
  );
}

const versionOf = ({ chip, version }: CrashOptions): number => chip * 0x10000 + version;

function elfOf(options: CrashOptions): Uint8Array {
  const memory = options.tasks.flatMap((task, i) => [
    { type: 1, address: task.tcb, data: blockOf(task) },
    { type: 1, address: task.stack, data: stackOf(options, task, i === 0) },
  ]);
  const registers = joined(...options.tasks.map((task, i) => statusNote(options, task, i === 0)));
  const segments = [
    { type: 4, address: 0, data: registers },
    ...memory,
    { type: 4, address: 0, data: infoNotes(options) },
  ];
  const machine = isXtensa(options) ? 94 : 243;
  const ident = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const header = words(4 + machine * 0x10000, 1, 0, 52, 0, 0, 52 + 32 * 0x10000, segments.length + 40 * 0x10000, 0);
  let at = 52 + 32 * segments.length;
  const rows = segments.map(({ type, address, data }) => {
    const row = words(type, at, address, address, data.length, data.length, 6, 0);
    at += data.length;
    return row;
  });
  return joined(ident, header, ...rows, ...segments.map(({ data }) => data));
}

function binaryOf(options: CrashOptions): Uint8Array {
  return joined(
    ...options.tasks.map((task, i) =>
      joined(words(task.tcb, task.stack, task.stack + STACK_SIZE), blockOf(task), xtensaStack(options, task, i === 0)),
    ),
  );
}

/** Gives a core dump whose body was changed the checksum that it must have; `bytes` with header and old checksum. */
export function withChecksum(bytes: Uint8Array, version: CrashOptions['version']): Uint8Array {
  const sha = version === 0x103 || version === 0x104;
  const covered = bytes.subarray(0, bytes.length - (sha ? 32 : 4));
  return joined(covered, sha ? sha256(covered) : words(~crcRegister(0xffffffff, covered)));
}

/** The bytes that the panic handler writes to the start of the partition. */
export function buildCoreDump(options: CrashOptions): Uint8Array {
  const { version, tasks } = options;
  const body = version === 3 ? binaryOf(options) : elfOf(options);
  const checksum = version === 0x103 || version === 0x104 ? 32 : 4;
  const start = version === 0x104 ? 12 : 24;
  // Everything before the checksum is filled up to whole blocks of the writer's cache.
  const size = version === 3 ? start + body.length : Math.ceil((start + body.length) / 32) * 32;
  const fields = version === 3 ? [tasks.length, TCB_SIZE, 0, 301] : [0, 0, 0, 301];
  const own = version === 0x104 ? [301] : fields;
  const covered = new Uint8Array(size + checksum);
  covered.set(joined(words(size + checksum, versionOf(options), ...own), body));
  return withChecksum(covered, version);
}

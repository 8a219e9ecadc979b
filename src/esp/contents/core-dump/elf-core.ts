/**
 * Reads a core dump that is an ELF core file: notes with each task's registers and what ESP-IDF adds, and the saved memory (System V
 * ABI, chapter 5; notes as in ESP-IDF's core_dump_elf.c and the port of each processor).
 */
import type { Finding } from '../../../flash/finding.ts';
import { hex } from '../../../flash/finding.ts';
import { textOf, viewOf } from '../../../formats/binary.ts';
import { ELF_MACHINE, looksLikeElf } from '../../../formats/elf.ts';
import type { CoreDump, Machine, Piece, Registers, Task } from './dump.ts';
import {
  Memory,
  registersAt,
  RISCV_FRAME_SIZE,
  RISCV_GENERAL,
  RISCV_STATUS,
  taskName,
  XTENSA_GENERAL,
} from './dump.ts';
import { damagedAt } from './header.ts';

const HEADER_SIZE = 52;
const SEGMENT_SIZE = 32;
const ET_CORE = 4;
const PT_LOAD = 1;
const PT_NOTE = 4;
const NOTE = { registers: 1, extra: 677, panic: 679, info: 8266 } as const;
/** The most notes that are read: each task has one, and a firmware has a few dozen. */
const MOST_NOTES = 2048;
/** The most bytes of the panic reason that are read: it is a sentence, or a line for each task that a watchdog names. */
const MOST_TEXT = 4096;
/** Where the general registers begin in the note of a task (`pr_reg`), and its control block as a process id. */
const REGISTERS_AT = 72;
const PID_AT = 24;
/** Xtensa's note has PC to SAR, then the window registers and reserved words, then A0 (`xtensa_gregset_t`). */
const XTENSA_SPECIAL = ['PC', 'PS', 'LBEG', 'LEND', 'LCOUNT', 'SAR'];
const XTENSA_GENERAL_AT = REGISTERS_AT + 4 * 64;
/** The special registers of Xtensa by number in the note with extra information. */
const EXCCAUSE = 232;
const EXCVADDR = 238;
const XTENSA_PAIRS = 18;

interface Note {
  readonly type: number;
  readonly data: Uint8Array;
}

/** The body of a core dump with what is wrong with it; `dump` is null if nothing of it can be read. */
export interface ReadBody {
  readonly dump: CoreDump | null;
  readonly findings: readonly Finding[];
}

/** Reads an ELF core file; `base` is its offset in the partition, for the findings. Never throws. */
export function readElfCore(elf: Uint8Array, base: number): ReadBody {
  const view = viewOf(elf);
  const refused = (at: number, what: string): ReadBody => ({ dump: null, findings: [damagedAt(base + at, what)] });
  if (elf.length < HEADER_SIZE) return refused(0, 'the ELF header is cut off');
  if (!looksLikeElf(elf) || elf[4] !== 1 || elf[5] !== 1) return refused(0, 'there is no ELF header of a 32-bit file');
  if (view.getUint16(16, true) !== ET_CORE) return refused(16, 'the ELF file is not a core file');
  const machine = machineOf(view.getUint16(18, true));
  if (machine === null) return refused(18, `the ELF file is for machine ${view.getUint16(18, true)}`);

  const findings: Finding[] = [];
  const pieces: Piece[] = [];
  const notes: Note[] = [];
  const [table, count] = [view.getUint32(28, true), view.getUint16(44, true)];
  for (let i = 0; i < count; i++) {
    const row = table + i * SEGMENT_SIZE;
    if (row + SEGMENT_SIZE > elf.length) {
      findings.push(damagedAt(base + row, `program header ${i + 1} of ${count} is cut off`));
      break;
    }
    const [type, at, address, size] = [0, 4, 8, 16].map((field) => view.getUint32(row + field, true));
    if (type === undefined || at === undefined || address === undefined || size === undefined) break;
    if (at + size > elf.length && (type === PT_LOAD || type === PT_NOTE)) {
      const what = `segment ${i + 1} would end at ${hex(base + at + size)}, and the core dump ends at ${hex(base + elf.length)}`;
      findings.push(damagedAt(base + row, what));
      // One is enough: whatever cut it short cut the others as well.
      break;
    }
    if (type === PT_LOAD) pieces.push({ address, data: elf.subarray(at, at + size) });
    if (type === PT_NOTE) findings.push(...readNotes(elf.subarray(at, at + size), base + at, notes));
    if (findings.length > 0) break;
  }
  return { dump: assemble(machine, notes, new Memory(pieces)), findings };
}

function machineOf(code: number): Machine | null {
  if (code === ELF_MACHINE.xtensa) return 'xtensa';
  return code === ELF_MACHINE.riscv ? 'riscv' : null;
}

const aligned = (size: number): number => Math.ceil(size / 4) * 4;

/** Adds the notes of a segment; findings where they are damaged. */
function readNotes(segment: Uint8Array, base: number, notes: Note[]): readonly Finding[] {
  const view = viewOf(segment);
  let at = 0;
  while (at < segment.length) {
    if (at + 12 > segment.length) return [damagedAt(base + at, 'a note is cut off')];
    const [nameSize, size, type] = [
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint32(at + 8, true),
    ];
    const data = at + 12 + aligned(nameSize);
    if (data + size > segment.length)
      return [damagedAt(base + at, `a note would end at ${hex(base + data + size)}, behind its segment`)];
    if (notes.length >= MOST_NOTES) return [damagedAt(base + at, `there are more than ${MOST_NOTES} notes`)];
    notes.push({ type, data: segment.subarray(data, data + size) });
    at = data + aligned(size);
  }
  return [];
}

function assemble(machine: Machine, notes: readonly Note[], memory: Memory): CoreDump {
  const first = (type: number): Uint8Array | undefined => notes.find((note) => note.type === type)?.data;
  const tasks = notes.flatMap((note) => (note.type === NOTE.registers ? taskOf(machine, note.data, memory) : []));
  const extra = wordsOf(first(NOTE.extra));
  const crashedTcb = extra[0] ?? null;
  const crashed = tasks.find(({ tcb }) => tcb === crashedTcb);
  const interrupt = extra[machine === 'xtensa' ? 1 + 2 * XTENSA_PAIRS : 1];
  const panic = first(NOTE.panic);
  return {
    machine,
    tasks,
    memory,
    crashedTcb,
    exception: machine === 'xtensa' ? xtensaException(extra) : riscvException(crashed, memory),
    inInterrupt: interrupt === undefined ? null : interrupt !== 0,
    elfSha256: shaOf(first(NOTE.info)),
    panic:
      panic === undefined
        ? null
        : textOf(panic.subarray(0, MOST_TEXT))
            .replace(/[\s\uFFFD]+/gu, ' ')
            .trim(),
  };
}

function taskOf(machine: Machine, note: Uint8Array, memory: Memory): Task[] {
  if (note.length < REGISTERS_AT) return [];
  const tcb = viewOf(note).getUint32(PID_AT, true);
  const registers =
    machine === 'riscv'
      ? registersAt(note, REGISTERS_AT, RISCV_GENERAL)
      : new Map([
          ...registersAt(note, REGISTERS_AT, XTENSA_SPECIAL),
          ...registersAt(note, XTENSA_GENERAL_AT, XTENSA_GENERAL),
        ]);
  return [{ tcb, name: taskName(memory.startingAt(tcb)?.data), registers }];
}

function wordsOf(data: Uint8Array = new Uint8Array(0)): number[] {
  const view = viewOf(data);
  return Array.from({ length: Math.min(data.length >> 2, 64) }, (_, i) => view.getUint32(4 * i, true));
}

/** Pairs of a special register's number and its value behind the control block's address. */
function xtensaException(extra: readonly number[]): Registers {
  const found = new Map<string, number>();
  for (let i = 1; i < 1 + 2 * XTENSA_PAIRS; i += 2) {
    const [id, value] = [extra[i], extra[i + 1]];
    const name = id === undefined ? null : xtensaName(id);
    if (name !== null && value !== undefined) found.set(name, value);
  }
  return found;
}

function xtensaName(id: number): string | null {
  if (id === EXCCAUSE) return 'EXCCAUSE';
  if (id === EXCVADDR) return 'EXCVADDR';
  if (id >= 177 && id <= 183) return `EPC${id - 176}`;
  return id >= 194 && id <= 199 ? `EPS${id - 192}` : null;
}

/** The frame that the exception saved on the crashed task's stack, if it is the one of these registers. */
function riscvException(crashed: Task | undefined, memory: Memory): Registers {
  const none = new Map<string, number>();
  if (crashed === undefined) return none;
  const { registers } = crashed;
  const below = memory.from((registers.get('SP') ?? 0) - RISCV_FRAME_SIZE);
  for (const frame of [below, memory.behind(crashed.tcb)?.data ?? below]) {
    const own = registersAt(frame, 0, RISCV_GENERAL);
    if (RISCV_GENERAL.every((name) => own.get(name) === registers.get(name)))
      return registersAt(frame, 4 * RISCV_GENERAL.length, RISCV_STATUS);
  }
  return none;
}

/** The hex digits behind the version in the note about the app; null if there are none. */
function shaOf(info: Uint8Array = new Uint8Array(0)): string | null {
  const text = textOf(info.subarray(4, 4 + 64));
  return /^[0-9a-f]{4,64}$/i.test(text) ? text.toLowerCase() : null;
}

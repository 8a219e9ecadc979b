/** What a core dump holds, whichever format it is in: tasks with their registers, memory, and what is said of the crash. */
import { textOf, viewOf } from '../../../formats/binary.ts';

/** The two kinds of processors in Espressif's chips. */
export type Machine = 'xtensa' | 'riscv';

/** A piece of the chip's memory. */
export interface Piece {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Registers by the names that ESP-IDF's panic handler prints, in its order; `PC` is among them for both processors. */
export type Registers = ReadonlyMap<string, number>;

/** A task: the address of its control block, its name if the block was saved, and its registers. */
export interface Task {
  readonly tcb: number;
  readonly name: string | null;
  readonly registers: Registers;
}

/** What the body of a core dump says. */
export interface CoreDump {
  readonly machine: Machine;
  readonly tasks: readonly Task[];
  readonly memory: Memory;
  /** The control block of the task that crashed; null if nothing says it. */
  readonly crashedTcb: number | null;
  /** Exception registers that are not among a task's own: EXCCAUSE, EXCVADDR, EPC1…, MCAUSE, MTVAL …. */
  readonly exception: Registers;
  /** Whether it happened in an interrupt; null if nothing says it. */
  readonly inInterrupt: boolean | null;
  /** The first digits of the SHA-256 of the app's ELF file, in hex; null if there are none. */
  readonly elfSha256: string | null;
  /** The panic handler's own words, such as `abort() was called at PC 0x…`. */
  readonly panic: string | null;
}

/** The names of the general registers of an Xtensa window. */
export const XTENSA_GENERAL = Array.from({ length: 16 }, (_, i) => `A${i}`);

/** The registers of an Xtensa stack frame (`XtExcFrame`), after its first word, which is no register. */
export const XTENSA_FRAME = ['PC', 'PS', ...XTENSA_GENERAL, 'SAR', 'EXCCAUSE', 'EXCVADDR', 'LBEG', 'LEND', 'LCOUNT'];

/** The general registers of a RISC-V core dump in their order (`riscv_regs`); the first is MEPC. */
export const RISCV_GENERAL =
  'PC RA SP GP TP T0 T1 T2 S0 S1 A0 A1 A2 A3 A4 A5 A6 A7 S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 T3 T4 T5 T6'.split(' ');

/** The registers behind them in a stack frame (`RvExcFrame`). */
export const RISCV_STATUS = ['MSTATUS', 'MTVEC', 'MCAUSE', 'MTVAL', 'MHARTID'];

/** `RvExcFrame` is saved right below the stack pointer, padded to a multiple of 16 bytes. */
export const RISCV_FRAME_SIZE = 160;

/** The registers at an offset of bytes, in this order; those that are cut off are left out. */
export function registersAt(data: Uint8Array, offset: number, names: readonly string[]): Registers {
  const view = viewOf(data);
  const found = names.flatMap((name, i): [string, number][] => {
    const at = offset + 4 * i;
    return at + 4 <= data.length ? [[name, view.getUint32(at, true)]] : [];
  });
  return new Map(found);
}

/** Where the name stands in a FreeRTOS control block of ESP-IDF (`pcTaskName`): behind two list items, priority and stack. */
const NAME_AT = 52;
/** CONFIG_FREERTOS_MAX_TASK_NAME_LEN, unless it was changed. */
const NAME_SIZE = 16;

/** The name in a task control block; null if it is too short or the name is empty. */
export function taskName(tcb: Uint8Array | undefined): string | null {
  const name = tcb === undefined ? '' : textOf(tcb.subarray(NAME_AT, NAME_AT + NAME_SIZE));
  return name === '' ? null : name;
}

/** The saved pieces of memory, read by address. */
export class Memory {
  readonly #starts = new Map<number, number>();
  constructor(readonly pieces: readonly Piece[]) {
    for (const [i, { address }] of pieces.entries()) if (!this.#starts.has(address)) this.#starts.set(address, i);
  }

  /** The piece that starts at just this address. */
  startingAt(address: number): Piece | undefined {
    return this.pieces[this.#starts.get(address) ?? -1];
  }

  /** The piece behind the one that starts here: ESP-IDF saves a task's stack behind its control block. */
  behind(address: number): Piece | undefined {
    const index = this.#starts.get(address);
    return index === undefined ? undefined : this.pieces[index + 1];
  }

  /** From an address to the end of its piece; empty if it was not saved. */
  from(address: number): Uint8Array {
    const own = this.pieces.find((piece) => address >= piece.address && address < piece.address + piece.data.length);
    return own === undefined ? new Uint8Array(0) : own.data.subarray(address - own.address);
  }

  /** The little-endian word at an address; null if it was not saved. */
  word(address: number): number | null {
    const data = this.from(address);
    return data.length < 4 ? null : viewOf(data).getUint32(0, true);
  }
}

/** What happened, from the registers: the exception in the words of ESP-IDF's panic handler, and the calls that led to it. */
import { hex } from '../../../flash/finding.ts';
import type { CoreDump, Task } from './dump.ts';

/** EXCCAUSE (Xtensa ISA, 4.4.1.5), with the names that ESP-IDF prints; null where a number is reserved. */
const XTENSA_CAUSES: readonly (string | null)[] = (
  'IllegalInstruction Syscall InstructionFetchError LoadStoreError Level1Interrupt Alloca IntegerDivideByZero PCValue ' +
  'Privileged LoadStoreAlignment - - InstrPIFDataError LoadStorePIFDataError InstrPIFAddrError LoadStorePIFAddrError ' +
  'InstTLBMiss InstTLBMultiHit InstFetchPrivilege - InstrFetchProhibited - - - ' +
  'LoadStoreTLBMiss LoadStoreTLBMultihit LoadStorePrivilege - LoadProhibited StoreProhibited - - ' +
  'Coprocessor0Disabled Coprocessor1Disabled Coprocessor2Disabled Coprocessor3Disabled ' +
  'Coprocessor4Disabled Coprocessor5Disabled Coprocessor6Disabled Coprocessor7Disabled'
)
  .split(' ')
  .map((name) => (name === '-' ? null : name));

/** Numbers from 64 on are ESP-IDF's own (`panic_reason.h`). */
const XTENSA_PSEUDO = [
  'Unknown exception',
  'Unhandled debug exception',
  'Double exception',
  'Unhandled kernel exception',
  'Coprocessor exception',
  'Interrupt wdt timeout on CPU0',
  'Interrupt wdt timeout on CPU1',
  'Cache error',
];
const FIRST_PSEUDO = 64;
/** ESP-IDF writes it for a task that was not running. */
const NO_CAUSE = 0xffff;

/** MCAUSE of exceptions (RISC-V Privileged, table of mcause values), as ESP-IDF prints them; null where it is reserved. */
const RISCV_CAUSES: readonly (string | null)[] = [
  'Instruction address misaligned',
  'Instruction access fault',
  'Illegal instruction',
  'Breakpoint',
  'Load address misaligned',
  'Load access fault',
  'Store address misaligned',
  'Store access fault',
  'Environment call from U-mode',
  'Environment call from S-mode',
  null,
  'Environment call from M-mode',
  'Instruction page fault',
  'Load page fault',
  null,
  'Store page fault',
];

/** The exception: its name, null if the number has none; the register and number; and the address that was accessed. */
export interface Cause {
  readonly name: string | null;
  readonly register: string;
  readonly value: number;
  readonly address: { readonly register: string; readonly value: number } | null;
}

/** The cause of the exception; null if the core dump has none. */
export function causeOf({ machine, exception }: CoreDump): Cause | null {
  const [register, at] = machine === 'xtensa' ? ['EXCCAUSE', 'EXCVADDR'] : ['MCAUSE', 'MTVAL'];
  const [value, accessed] = [exception.get(register ?? ''), exception.get(at ?? '')];
  if (register === undefined || at === undefined || value === undefined) return null;
  if (machine === 'xtensa' && value === NO_CAUSE) return null;
  const names = machine === 'xtensa' ? XTENSA_CAUSES : RISCV_CAUSES;
  const pseudo = machine === 'xtensa' ? XTENSA_PSEUDO[value - FIRST_PSEUDO] : undefined;
  const address = accessed === undefined ? null : { register: at, value: accessed };
  return { name: pseudo ?? names[value] ?? null, register, value, address };
}

/** The cause in words: `StoreProhibited (EXCCAUSE 29)`. */
export function causeSays({ name, register, value }: Cause): string {
  const number = value > 0xff ? hex(value) : String(value);
  return name === null ? `${register} ${number}` : `${name} (${register} ${number})`;
}

/** As many calls as ESP-IDF's own backtrace has at most (`esp_backtrace_print(100)` in the panic handler). */
const DEEPEST = 100;

/**
 * The program counters from the crash outwards, and whether the list ends at the outermost call. For Xtensa's windowed calls, whose
 * frames can be followed without the ELF file; null for RISC-V. Callers are given by their call instruction, as ESP-IDF prints them.
 */
export function backtraceOf({ machine, memory }: CoreDump, { registers }: Task): Backtrace | null {
  if (machine !== 'xtensa') return null;
  const [pc, first, top] = [registers.get('PC'), registers.get('A0'), registers.get('A1')];
  if (pc === undefined || first === undefined || top === undefined) return null;
  const counters = [pc];
  let [next, stack] = [first, top];
  while (next !== 0 && counters.length < DEEPEST) {
    counters.push(callerOf(next));
    // The base save area below a frame's stack pointer holds its caller's A0 and A1 (Xtensa ISA, windowed ABI).
    const [a0, a1] = [memory.word(stack - 16), memory.word(stack - 12)];
    if (a0 === null || a1 === null || a1 <= stack) break;
    [next, stack] = [a0, a1];
  }
  return { counters, whole: next === 0 };
}

/** Program counters from the innermost outwards; `whole` if the outermost call was reached. */
export interface Backtrace {
  readonly counters: readonly number[];
  readonly whole: boolean;
}

/** A return address has the window's size in its upper two bits, and lies behind the call instruction of three bytes. */
function callerOf(address: number): number {
  return ((address & 0x3fffffff) | 0x40000000) - 3;
}

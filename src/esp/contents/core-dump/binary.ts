/**
 * Reads a core dump in the binary format that ESP-IDF had before version 6: tasks one after another, the crashed one first, each
 * with its control block and its stack, at whose start its registers are saved.
 */
import type { Finding } from '../../../flash/finding.ts';
import { hex } from '../../../flash/finding.ts';
import { viewOf } from '../../../formats/binary.ts';
import type { Machine, Piece, Registers, Task } from './dump.ts';
import { Memory, registersAt, RISCV_GENERAL, RISCV_STATUS, taskName, XTENSA_FRAME } from './dump.ts';
import type { ReadBody } from './elf-core.ts';
import { damagedAt } from './header.ts';

const TASK_HEADER = 12;
/** The most tasks that are read. */
const MOST_TASKS = 1024;
/** The registers of a task that gave up the processor by itself (`XtSolFrame`): the rest was not saved. */
const XTENSA_YIELDED = ['PC', 'PS', '', 'A0', 'A1', 'A2', 'A3'];
const EXCEPTION = ['EXCCAUSE', 'EXCVADDR', ...RISCV_STATUS];

const aligned = (size: number): number => Math.ceil(size / 4) * 4;

/**
 * Reads the tasks of a binary core dump: `dump` from its header to its checksum, `start` the size of the header. Never throws.
 */
export function readBinaryCore(dump: Uint8Array, start: number, machine: Machine): ReadBody {
  const view = viewOf(dump);
  const [count, tcbSize] = [view.getUint32(8, true), view.getUint32(12, true)];
  const pieces: Piece[] = [];
  const tasks: Task[] = [];
  const findings: Finding[] = [];
  let exception: Registers = new Map();
  let at = start;
  for (let i = 0; i < count; i++) {
    const stackAt = at + TASK_HEADER + aligned(tcbSize);
    const [tcb, top, end] = [at, at + 4, at + 8].map((word) =>
      word + 4 <= dump.length ? view.getUint32(word, true) : undefined,
    );
    const which = `task ${i + 1} of ${count}`;
    if (i >= MOST_TASKS) findings.push(damagedAt(at, `it says that there are ${count} tasks`));
    else if (tcb === undefined || top === undefined || end === undefined)
      findings.push(damagedAt(at, `${which} is cut off`));
    else if (end < top) findings.push(damagedAt(at, `the stack of ${which} ends at ${hex(end)}, below its top`));
    else if (stackAt + (end - top) > dump.length)
      findings.push(damagedAt(at, `${which} would end at ${hex(stackAt + (end - top))}`));
    else {
      const block = dump.subarray(at + TASK_HEADER, at + TASK_HEADER + tcbSize);
      const stack = dump.subarray(stackAt, stackAt + (end - top));
      const saved = frameOf(machine, stack);
      const registers = new Map([...saved].filter(([name]) => name !== '' && !EXCEPTION.includes(name)));
      pieces.push({ address: tcb, data: block }, { address: top, data: stack });
      tasks.push({ tcb, name: taskName(block), registers });
      if (i === 0) exception = new Map([...saved].filter(([name]) => EXCEPTION.includes(name)));
      at = stackAt + aligned(end - top);
    }
    if (findings.length > 0) break;
  }
  return {
    dump: {
      machine,
      tasks,
      memory: new Memory(pieces),
      crashedTcb: tasks[0]?.tcb ?? null,
      exception,
      inInterrupt: null,
      elfSha256: null,
      panic: null,
    },
    findings,
  };
}

function frameOf(machine: Machine, stack: Uint8Array): Registers {
  if (machine === 'riscv') return registersAt(stack, 0, [...RISCV_GENERAL, ...RISCV_STATUS]);
  const yielded = stack.length >= 4 && viewOf(stack).getUint32(0, true) === 0;
  return registersAt(stack, 4, yielded ? XTENSA_YIELDED : XTENSA_FRAME);
}

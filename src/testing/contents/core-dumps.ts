/** Test support: core dumps of the virtual boards' firmware, in partitions of 64 KiB. Nothing of the app imports it. */
import type { ExplainedContent } from '../../flash/partition-contents.ts';
import { explainCoreDump } from '../../esp/contents/core-dump/explain.ts';
import type { FlashedApp } from '../../esp/contents/core-dump/explain.ts';
import type { CrashOptions } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { countedBytes } from './littlefs-vectors.ts';

/** A crash of an ESP32 by a store to address 0, three calls deep. */
export const XTENSA_CRASH: CrashOptions = {
  chip: 0,
  version: 0x104,
  tasks: [
    { name: 'main', tcb: 0x3ffafba0, stack: 0x3ffb4e00, pc: 0x400d1234 },
    { name: 'IDLE0', tcb: 0x3ffafcf8, stack: 0x3ffb55f0, pc: 0x40085908 },
  ],
  cause: 29,
  accessed: 0,
  callers: [0x800d2003, 0x800d3003, 0x800d4003],
  elfSha256: '1b43c5e74',
};

/** A crash of an ESP32-C3 by a load from an address that does not exist. */
export const RISCV_CRASH: CrashOptions = {
  chip: 5,
  version: 0x102,
  tasks: [
    { name: 'worker', tcb: 0x3fc8ec30, stack: 0x3fc8e9d0, pc: 0x42009351 },
    { name: 'IDLE', tcb: 0x3fc8f38c, stack: 0x3fc8f2e0, pc: 0x4038407c },
  ],
  cause: 5,
  accessed: 0x1000,
  callers: [0x4200aaaa],
  elfSha256: '7d946a8e8',
};

/** The bytes at the start of an otherwise erased partition of 64 KiB. */
export function partitionWith(dump: Uint8Array, size = 0x10000): Uint8Array {
  const partition = new Uint8Array(size).fill(0xff);
  partition.set(dump.subarray(0, size));
  return partition;
}

/** What is explained of a core dump in a partition of this size. */
export function explained(
  dump: Uint8Array,
  apps: readonly FlashedApp[] = [],
  size?: number,
): Promise<ExplainedContent | null> {
  return explainCoreDump(countedBytes(partitionWith(dump, size)), apps);
}

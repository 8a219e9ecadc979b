/** Every row of the benchmark, and what its processes tell each other. */
import { DFU_ROWS } from './dfu-rows.ts';
import { ESP_ROWS } from './esp-rows.ts';
import { LAYOUT_ROWS } from './layout-rows.ts';
import { PAGE_ROWS } from './page-rows.ts';
import { PLANNING_ROWS } from './planning-rows.ts';
import { PROCESSOR_ROWS } from './processor-rows.ts';
import type { Heading, Row, Times } from './row.ts';

/** Every row on the virtual boards, in the order of the table. */
export const ROWS: readonly Row[] = [...ESP_ROWS, ...DFU_ROWS, ...LAYOUT_ROWS, ...PLANNING_ROWS, ...PROCESSOR_ROWS];

/** Every row of the table, in its order. */
export const ALL_ROWS: readonly Heading[] = [...ROWS, ...PAGE_ROWS];

/** One repetition of a row. */
export interface BenchTask {
  readonly id: string;
  readonly seed: number;
}

/** What came of it, and the processor time that it took of this computer, the board's included, in s. */
export type BenchAnswer = BenchTask & { readonly seconds: number } & (
    { readonly times: Times; readonly error: null } | { readonly times: null; readonly error: string }
  );

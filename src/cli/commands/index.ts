/** Every command, in the order in which the help lists them. */
import type { Command } from '../command.ts';
import { boards } from './boards.ts';
import { fs } from './fs.ts';
import { inspect } from './inspect.ts';
import { nvs } from './nvs.ts';
import { apply, layout, plan } from './plan.ts';
import { table } from './table.ts';

/** The table of commands. */
export const COMMANDS: readonly Command[] = [inspect, plan, apply, table, layout, ...nvs, ...fs, boards];

/** Every command, in the order in which the help lists them. */
import type { Command } from '../command.ts';
import { boards } from './boards.ts';
import { boot } from './boot.ts';
import { bundle } from './bundle.ts';
import { check } from './check.ts';
import { fs } from './fs.ts';
import { inspect } from './inspect.ts';
import { nvs } from './nvs.ts';
import { apply, layout, plan } from './plan.ts';
import { table } from './table.ts';
import { verify } from './verify.ts';

/** The table of commands. */
export const COMMANDS: readonly Command[] = [
  inspect,
  plan,
  apply,
  table,
  check,
  verify,
  layout,
  ...boot,
  ...nvs,
  ...fs,
  ...bundle,
  boards,
];

/** The composition root of the command line: Node's process around the commands. */
import { runCommand } from '../cli/run.ts';
import type { Streams } from '../cli/run.ts';
import { commandHost } from './command-host.ts';

const { stdout, stderr, env, argv } = process;
// https://no-color.org: set to anything but an empty string.
const mayColour = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

/** Clears the line, and puts the cursor at its beginning (ECMA-48). */
const CLEAR = '\u001B[2K\r';

let shown = '';
const streams: Streams = {
  out: (data) => void stdout.write(data),
  err: (text) => void stderr.write(text),
  colour: mayColour && stdout.isTTY,
  ...(stderr.isTTY && {
    progress: (words: string | null) => {
      if ((words ?? '') === shown) return;
      shown = words ?? '';
      stderr.write(`${CLEAR}${shown.slice(0, Math.max(0, stderr.columns - 1))}`);
    },
  }),
};

// Whoever reads the result has seen enough: head, or less that was left.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? process.exitCode : 2);
  });

process.exitCode = await runCommand(argv.slice(2), commandHost, streams);

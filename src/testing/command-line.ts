/** Calls of the command line in this process, in a folder of its own, for tests in Node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandHost } from '../app/command-host.ts';
import type { ExitStatus } from '../cli/exit-status.ts';
import { runCommand } from '../cli/run.ts';
// Loads what a clock that leaps must not wait for.
import './clock.ts';

/** What came of a call; the folder is called `TMP` in it. */
export interface Called {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
  /** What was written to standard output, byte by byte. */
  readonly bytes: Uint8Array;
}

/** A folder in which calls find and leave files. */
export class CommandBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'sectorwise-'));

  /** The path of a file in it. */
  at(name: string): string {
    return join(this.folder, name);
  }

  /** Calls a command. Arguments that begin with `TMP/`, also behind `=`, are paths in the folder. */
  async call(...args: readonly string[]): Promise<Called> {
    const pieces: Uint8Array[] = [];
    let err = '';
    const status = await runCommand(
      args.map((arg) => arg.replace(/(^|=)TMP(?=\/|$)/, `$1${this.folder}`)),
      commandHost,
      {
        out: (data) => pieces.push(typeof data === 'string' ? new TextEncoder().encode(data) : data),
        err: (text) => (err += text),
        colour: false,
      },
    );
    const bytes = new Uint8Array(Buffer.concat(pieces));
    const named = (text: string) => text.replaceAll(this.folder, 'TMP');
    return { status, out: named(new TextDecoder().decode(bytes)), err: named(err), bytes };
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

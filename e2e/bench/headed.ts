/** A separate display for a headed browser, and its keyboard: Xvfb and xdotool. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long the screen must not change to count as settled, in ms: longer than the pauses in Chromium's animations. */
const STILL_MS = 400;
/** How long it may take to settle, in ms. */
const PATIENCE_MS = 10_000;

/** A virtual display. */
export class Display {
  private constructor(
    /** Its name, for DISPLAY. */
    readonly name: string,
    private readonly folder: string,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async start(): Promise<Display> {
    const folder = mkdtempSync(join(tmpdir(), 'sectorwise-display-'));
    // Its screen is kept in a file, so that a test sees what a person would see: a chooser is not a window of its own.
    const screen = ['-screen', '0', '1280x900x24', '-fbdir', folder];
    const server = spawn('Xvfb', ['-displayfd', '3', ...screen, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const ended = once(server, 'exit');
    const pipe = server.stdio[3];
    if (pipe === null || pipe === undefined) throw new Error('Xvfb has no pipe');
    const [number]: unknown[] = await once(pipe, 'data');
    return new Display(`:${String(number).trim()}`, folder, async () => {
      server.kill();
      await ended;
    });
  }

  /** A digest of what is on the screen now. */
  picture(): string {
    return createHash('sha1')
      .update(readFileSync(join(this.folder, 'Xvfb_screen0')))
      .digest('hex');
  }

  /** Resolves once the screen differs from `from` and is still; gives up silently if that never happens. */
  async changed(from: string): Promise<string> {
    const end = Date.now() + PATIENCE_MS;
    for (let last = from; Date.now() < end;) {
      await pause(STILL_MS);
      const now = this.picture();
      if (now !== from && now === last) return now;
      last = now;
    }
    return this.picture();
  }

  /** Presses a key. */
  press(key: string): void {
    execFileSync('xdotool', ['key', key], { env: { ...process.env, DISPLAY: this.name } });
  }

  async stop(): Promise<void> {
    await this.stopServer();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Listens to what a started board prints, also where its port goes away and comes back meanwhile. */
import type { Clock } from '../../flash/clock.ts';
import type { Target } from '../../flash/target.ts';
import { Failure } from '../../flash/failure.ts';
import { SerialTransport } from './transport.ts';
import type { Link } from './open-link.ts';
import { ROM_RATE } from './enter-bootloader.ts';

/** What is wished for: see `Target.leave`. */
export type Listen = Parameters<Target['restart']>[0];

/**
 * Listens until enough is heard, nothing more comes, or the patience is at its end. A chip's own USB port goes away with a restart: what comes back is
 * opened and heard too, and what does not come back is no error, for the bytes were proved before. A bridge that goes
 * away was pulled: that throws the `Failure` `link-lost`.
 */
export async function listen(link: Link, wish: Listen, comesBack: () => Promise<SerialPort | null>): Promise<void> {
  const heard = new Heard(wish, link.clock);
  try {
    await heard.from(link.transport);
  } catch (error) {
    if (!mayVanish(link, error)) throw error;
    await link.transport.disconnect().catch(() => undefined);
    if (wish.done(heard.log)) return;
    const port = await comesBack();
    if (port !== null) await again(port, heard, link.clock);
  }
}

/** Whether a failure is only the port of a chip that restarts: such a port goes away by itself. */
export function mayVanish({ connection }: Link, error: unknown): boolean {
  return connection !== 'bridge' && error instanceof Failure && error.facts.name === 'link-lost';
}

async function again(port: SerialPort, heard: Heard, clock: Clock): Promise<void> {
  const transport = new SerialTransport(port, clock);
  try {
    await transport.connect(ROM_RATE);
    void transport.readLoop();
    await heard.from(transport);
  } catch {
    // It went away once more, or another program took it: what was heard so far stands.
  } finally {
    await transport.disconnect().catch(() => undefined);
  }
}

/** How many times as long as for one silence a board is listened to at most: some print without end. */
const PATIENCE = 4;

class Heard {
  log = '';
  readonly #text = new TextDecoder('utf-8', { fatal: false });
  readonly #end: number;

  constructor(
    private readonly wish: Listen,
    private readonly clock: Clock,
  ) {
    this.#end = clock.now() + PATIENCE * wish.ms;
  }

  async from(transport: SerialTransport): Promise<void> {
    try {
      for (;;) {
        const left = this.#end - this.clock.now();
        if (left <= 0 || this.wish.done(this.log)) return;
        const chunk = await transport.nextChunk(Math.max(1, Math.min(this.wish.ms, left)));
        if (chunk === null) return;
        this.#hear(chunk);
      }
    } catch (error) {
      // What came before the port went away was said all the same.
      for (const chunk of transport.rest()) this.#hear(chunk);
      throw error;
    }
  }

  #hear(chunk: Uint8Array): void {
    const text = this.#text.decode(chunk, { stream: true });
    this.log += text;
    this.wish.onText(text);
  }
}

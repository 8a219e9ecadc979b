/** Listens to the boot log after a restart, even if the port disappears and comes back meanwhile. */
import type { Clock } from '../../flash/clock.ts';
import type { ListenOptions } from '../../flash/target.ts';
import { Failure, unlessStopped } from '../../flash/failure.ts';
import { SerialTransport } from './transport.ts';
import type { Link } from './open-link.ts';
import { ROM_RATE } from './enter-bootloader.ts';

/**
 * Listens until `options.done`, until it is cancelled, until nothing has arrived for `options.ms`, or until `PATIENCE` times that
 * has passed. A chip's own USB port disappears with a restart: if it comes back it is opened again, and if not that is no error,
 * since the written bytes were verified before. A bridge that disappears was unplugged, which throws the `Failure` `link-lost`.
 */
export async function listen(
  link: Link,
  options: ListenOptions,
  comesBack: () => Promise<SerialPort | null>,
): Promise<void> {
  const heard = new Heard(options, link.clock);
  try {
    await heard.from(link.transport);
  } catch (error) {
    if (!isPortRestart(link, error)) throw error;
    await link.transport.disconnect().catch(() => undefined);
    if (options.done() || options.cancel.cancelled) return;
    const port = await unlessStopped(options.cancel, comesBack()).catch(() => null);
    if (port !== null) await again(port, heard, link.clock);
  }
}

/** Whether a failure may just be the port of a restarting chip, which disappears by itself. */
export function isPortRestart({ connection }: Link, error: unknown): boolean {
  return connection !== 'bridge' && error instanceof Failure && error.facts.name === 'link-lost';
}

async function again(port: SerialPort, heard: Heard, clock: Clock): Promise<void> {
  const transport = new SerialTransport(port, clock);
  try {
    await transport.connect(ROM_RATE);
    void transport.readLoop();
    await heard.from(transport);
  } catch {
    // It disappeared again, or another program opened it: keep what was heard so far.
  } finally {
    await transport.disconnect().catch(() => undefined);
  }
}

/** The total listening time as a multiple of the silence that ends it: some boards never stop printing. */
const PATIENCE = 4;
/** How late a stop may be noticed, in ms. */
const STOP_MS = 250;

class Heard {
  readonly #text = new TextDecoder('utf-8', { fatal: false });
  readonly #end: number;

  constructor(
    private readonly options: ListenOptions,
    private readonly clock: Clock,
  ) {
    this.#end = clock.now() + PATIENCE * options.ms;
  }

  async from(transport: SerialTransport): Promise<void> {
    try {
      for (let heard = this.clock.now(); ;) {
        const now = this.clock.now();
        const left = Math.min(this.#end - now, heard + this.options.ms - now);
        if (left <= 0 || this.options.done() || this.options.cancel.cancelled) return;
        const chunk = await transport.nextChunk(Math.max(1, Math.min(STOP_MS, left)));
        if (chunk === null) continue;
        this.#hear(chunk);
        heard = this.clock.now();
      }
    } catch (error) {
      // Keep what arrived before the port disappeared.
      for (const chunk of transport.rest()) this.#hear(chunk);
      throw error;
    }
  }

  #hear(chunk: Uint8Array): void {
    this.options.onText(this.#text.decode(chunk, { stream: true }));
  }
}

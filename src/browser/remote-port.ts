/**
 * A `SerialPort` on the other side of a message channel. A port cannot be posted to a worker, and a hidden page's timers are
 * throttled, so the page keeps the port and the device worker gets this.
 */
import type { Clock } from '../flash/clock.ts';
import { withTimeout } from '../flash/clock.ts';
import { ownBuffer } from '../formats/binary.ts';
import { PASSING_READ_ERRORS } from './web-serial.ts';

/** A request to the side that holds the port; `id` pairs the answer with it. */
type Question = { readonly id: number } & (
  | { readonly do: 'open'; readonly options: SerialOptions }
  | { readonly do: 'close' }
  | { readonly do: 'signals'; readonly signals: SerialOutputSignals }
  | { readonly do: 'write'; readonly bytes: Uint8Array }
);

/** A message from the side that holds the port. */
type Word =
  | { readonly says: 'info'; readonly info: SerialPortInfo; readonly connected: boolean }
  | { readonly says: 'done'; readonly id: number }
  | { readonly says: 'error'; readonly id: number; readonly name: string; readonly message: string }
  | { readonly says: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly says: 'read-error'; readonly name: string; readonly message: string }
  | { readonly says: 'lost' }
  /** After `lost`: the board is back on this channel, or did not come back (null). */
  | { readonly says: 'back'; readonly port: MessagePort | null };

/** How long to wait for the last bytes of a port that has gone, in ms; Chromium ends the stream after them. */
const LAST_BYTES_MS = 200;

/** How long a board may take to come back after a reset that takes its port away, in ms. */
export const COMES_BACK_MS = 5000;

/** Removes the previous server's `disconnect` listener of each port, so that a port served again is reported lost only once. */
const waiting = new WeakMap<SerialPort, () => void>();

/**
 * Serves a real or virtual port over a channel, until the channel's other end is closed for good. `comesBack` waits for the
 * board to reappear after its port has vanished, as the port of a chip with built-in USB does at each reset; it resolves with
 * null if it does not within `COMES_BACK_MS`. The function that it returns closes the port, for a far end that is gone without
 * having done so; nothing that it asked for is done afterwards. It never rejects.
 */
export function servePort(
  port: SerialPort,
  channel: MessagePort,
  clock: Clock,
  comesBack: () => Promise<SerialPort | null> = () => Promise.resolve(null),
): () => Promise<void> {
  const say = (word: Word, transfer: Transferable[] = []) => channel.postMessage(word, transfer);
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let reading: Promise<void> = Promise.resolve();

  const read = async () => {
    while (port.readable !== null) {
      const own = port.readable.getReader();
      reader = own;
      try {
        for (;;) {
          const { value, done } = await own.read();
          if (done) return;
          // Only whole buffers can be transferred: a view of a larger one is copied.
          const bytes = ownBuffer(value);
          say({ says: 'bytes', bytes }, [bytes.buffer]);
        }
      } catch (error) {
        const { name, message } = nameOf(error);
        if (!PASSING_READ_ERRORS.has(name)) {
          say({ says: 'read-error', name, message });
          return;
        }
      } finally {
        own.releaseLock();
        reader = null;
      }
    }
  };
  // Open, close and signals wait for each other: a close that overtakes an open would leave the port open.
  let control: Promise<unknown> = Promise.resolve();
  const inTurn = (question: Question): Promise<void> => {
    if (question.do === 'write') return answer(question);
    const turn = control.then(() => answer(question));
    control = turn.catch(() => undefined);
    return turn;
  };
  // Once the board has gone, requests to this end must not reach the port that came back, which is served again, even if the
  // browser or a virtual board returns the same object. A late open would take the port away from the next server.
  let stay: 'here' | 'gone' | 'served again' = 'here';
  let releaseNext = (): Promise<void> => Promise.resolve();
  const answer = async (question: Question) => {
    if (stay !== 'here' && question.do !== 'close') throw new DOMException('The device has been lost.', 'NetworkError');
    if (stay === 'served again') return;
    switch (question.do) {
      case 'open':
        await port.open(question.options);
        reading = read();
        return;
      case 'close':
        await reader?.cancel();
        await reading;
        await port.close();
        return;
      case 'signals':
        return port.setSignals(question.signals);
      case 'write': {
        const writer = port.writable?.getWriter();
        if (writer === undefined) throw new DOMException('The port is not open.', 'InvalidStateError');
        try {
          await writer.write(question.bytes);
        } finally {
          writer.releaseLock();
        }
      }
    }
  };

  const goOn = async () => {
    // Started first, because a board may be back before its last bytes are read.
    const coming = comesBack().catch(() => null);
    // Output from before the disconnect is still in transit, and nothing is read after `lost`.
    await withTimeout(clock, LAST_BYTES_MS, reading, () => undefined);
    say({ says: 'lost' });
    const again = await coming;
    if (again === null) return say({ says: 'back', port: null });
    const { port1, port2 } = new MessageChannel();
    if (again === port) stay = 'served again';
    releaseNext = servePort(again, port1, clock, comesBack);
    say({ says: 'back', port: port2 }, [port2]);
  };
  const gone = () => {
    stay = 'gone';
    void goOn();
  };
  waiting.get(port)?.();
  waiting.set(port, () => port.removeEventListener('disconnect', gone));
  // A port that comes back is served separately, even if it is the same object.
  port.addEventListener('disconnect', gone, { once: true });
  channel.addEventListener('message', (event: MessageEvent<Question>) => {
    const { id } = event.data;
    inTurn(event.data).then(
      () => say({ says: 'done', id }),
      (error: unknown) => say({ says: 'error', id, ...nameOf(error) }),
    );
  });
  channel.start();
  say({ says: 'info', info: port.getInfo(), connected: port.connected });
  return async () => {
    channel.close();
    port.removeEventListener('disconnect', gone);
    await releaseNext();
    if (stay !== 'served again') {
      // A port that is closed already, or gone, cannot be closed.
      await control.then(() => answer({ id: 0, do: 'close' })).catch(() => undefined);
      stay = 'served again';
    }
  };
}

/** The far end of a served port, as a `SerialPort`. */
export class RemotePort extends EventTarget implements SerialPort {
  onconnect: SerialPort['onconnect'] = null;
  ondisconnect: SerialPort['ondisconnect'] = null;
  connected = true;
  readable: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;
  writable: WritableStream<Uint8Array<ArrayBuffer>> | null = null;

  #info: SerialPortInfo = {};
  #nextId = 1;
  #waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  #source: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #cameBack: (port: RemotePort | null) => void = () => undefined;
  readonly #back = new Promise<RemotePort | null>((resolve) => (this.#cameBack = resolve));

  private constructor(
    private readonly channel: MessagePort,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Resolves once the side that holds the port has sent its info. */
  static connect(channel: MessagePort, clock: Clock): Promise<RemotePort> {
    const port = new RemotePort(channel, clock);
    return new Promise((resolve) => {
      channel.addEventListener('message', (event: MessageEvent<Word>) => {
        port.#hear(event.data);
        if (event.data.says === 'info') resolve(port);
      });
      channel.start();
    });
  }

  getInfo(): SerialPortInfo {
    return this.#info;
  }

  /**
   * The board's port, closed, after this one vanished in a reset; null if the board does not come back or its port never went
   * away. Waits one second longer than `COMES_BACK_MS`.
   */
  comesBack(): Promise<RemotePort | null> {
    return withTimeout(this.clock, COMES_BACK_MS + 1000, this.#back, () => null);
  }

  async open(options: SerialOptions): Promise<void> {
    await this.#ask({ do: 'open', options: { ...options } });
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#source = controller;
      },
      cancel: () => {
        this.#source = null;
      },
    });
    // Transferred, not copied: the writer must not use the bytes afterwards.
    this.writable = new WritableStream({ write: (bytes) => this.#ask({ do: 'write', bytes }, [bytes.buffer]) });
  }

  async close(): Promise<void> {
    await this.readable?.cancel();
    this.readable = null;
    this.writable = null;
    await this.#ask({ do: 'close' });
  }

  async setSignals(signals: SerialOutputSignals = {}): Promise<void> {
    await this.#ask({ do: 'signals', signals });
  }

  getSignals(): Promise<SerialInputSignals> {
    return Promise.reject(new DOMException('Input signals are not passed on.', 'NotSupportedError'));
  }

  forget(): Promise<void> {
    return Promise.reject(new DOMException('Only the page can forget a port.', 'NotSupportedError'));
  }

  #ask(
    question: Question extends infer Q ? (Q extends { readonly id: number } ? Omit<Q, 'id'> : never) : never,
    transfer: Transferable[] = [],
  ): Promise<void> {
    if (!this.connected) return Promise.reject(lost());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.channel.postMessage({ id, ...question }, transfer);
    });
  }

  #hear(word: Word): void {
    switch (word.says) {
      case 'info':
        this.#info = word.info;
        this.connected = word.connected;
        break;
      case 'done':
        this.#settle(word.id)?.resolve();
        break;
      case 'error':
        this.#settle(word.id)?.reject(new DOMException(word.message, word.name));
        break;
      case 'bytes':
        this.#source?.enqueue(word.bytes);
        break;
      case 'read-error':
        this.#end(new DOMException(word.message, word.name));
        break;
      case 'lost':
        this.connected = false;
        this.#end(lost());
        // Requests to a port that is gone are never answered: Chromium leaves such promises pending.
        for (const { reject } of this.#waiting.values()) reject(lost());
        this.#waiting.clear();
        this.dispatchEvent(new Event('disconnect'));
        break;
      case 'back':
        if (word.port === null) this.#cameBack(null);
        else void RemotePort.connect(word.port, this.clock).then(this.#cameBack);
    }
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(error: DOMException): void {
    this.#source?.error(error);
    this.#source = null;
    this.readable = null;
  }
}

function lost(): DOMException {
  return new DOMException('The device has been lost.', 'NetworkError');
}

function nameOf(error: unknown): { name: string; message: string } {
  return error instanceof Error || error instanceof DOMException
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

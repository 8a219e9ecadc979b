import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Activity, type Connection, say, serialConnection, UsbConnection } from './connection.ts';
import type { SerialDevice, SerialInfo, UsbDevice, UsbInfo } from './devices.ts';
import { FrameDecoder, parse } from './frames.ts';
import type { UdevEntry } from './udev.ts';
import { makeFolders, plug, serialDeviceNumber, serialEntry, takeNode, unplug, usbEntry } from './udev.ts';

/** Something that happened on the bench, with the id of the device. */
export type BenchEvent = Activity & { id: string };

interface Plugged {
  id: string;
  node: string;
  /** Its open nodes; the connection is undefined only while it is being made. */
  open: Map<Socket, Connection | undefined>;
  /** A serial port belongs to the first program that opens it. */
  exclusive: boolean;
  connect(socket: Socket): Connection;
  unplugged(): void;
}

const ENOENT = -2;
const EBUSY = -16;
/** The maximum length of a unix socket path, including its terminating zero (sun_path in unix(7)). */
const SOCKET_PATH_MAX = 108;
/** The longest id that the library can read as one event, see preload/udev.c. */
const ID_MAX = 15;

/** Virtual serial ports and USB devices, for programs that are started with `env()`. */
export class Bench {
  /** What happened so far, in order. */
  readonly events: BenchEvent[] = [];
  /** Exceptions thrown by devices and broken frames: a test should end with none. */
  readonly faults: unknown[] = [];
  readonly #library: string;
  readonly #root: string;
  readonly #server: Server;
  readonly #plugged = new Map<string, Plugged>();
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();

  private constructor(library: string) {
    this.#library = library;
    this.#root = mkdtempSync(join(tmpdir(), 'vbench-'));
    // Half open: the device sees the end of a connection before the program is told that it was seen.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** A bench around the preloaded library at this path (see `buildPreload`). */
  static async start(library: string): Promise<Bench> {
    const bench = new Bench(library);
    const path = join(bench.#root, 'socket');
    if (Buffer.byteLength(path) >= SOCKET_PATH_MAX)
      throw new Error(`${path} is too long for a unix socket; set TMPDIR`);
    makeFolders(bench.#root);
    bench.#server.listen(path);
    await once(bench.#server, 'listening');
    return bench;
  }

  /** The environment for a program that is to see the virtual devices and no others. */
  env(extra: Record<string, string> = {}): Record<string, string> {
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const preload = [this.#library, process.env['LD_PRELOAD']].filter((path) => path !== undefined && path !== '');
    return { ...Object.fromEntries(inherited), ...extra, VBENCH_DIR: this.#root, LD_PRELOAD: preload.join(':') };
  }

  /** Sets Chromium's managed policies, which replace the system's; call it before the browser starts. */
  policies(policies: Record<string, unknown>): void {
    writeFileSync(join(this.#root, 'policies/managed/bench.json'), JSON.stringify(policies));
  }

  /** Plugs in a serial port; `id` is free to choose, up to 15 letters, digits and dashes. */
  addSerial(id: string, info: SerialInfo, device: SerialDevice): void {
    const number = serialDeviceNumber();
    if (number === undefined) throw new Error('This kernel has no serial driver whose device number can be borrowed.');
    this.#add(id, serialEntry(info, number), {
      exclusive: true,
      connect: (socket) => serialConnection(socket, device, (activity) => this.#happened(id, activity)),
      unplugged: () => device.unplugged?.(),
    });
    device.plugged?.();
  }

  /** Plugs in a USB device; `id` is its name in sysfs, such as `1-1`. */
  addUsb(id: string, info: UsbInfo, device: UsbDevice): void {
    const log = (activity: Activity) => this.#happened(id, activity);
    this.#add(id, usbEntry(info), {
      exclusive: false,
      connect: (socket) => new UsbConnection(socket, device, log, this.#fault),
      unplugged: () => {},
    });
  }

  /** Unplugs a device: open nodes end and the device is told, then udev reports it. */
  async remove(id: string): Promise<void> {
    const plugged = [...this.#plugged.values()].find((entry) => entry.id === id);
    if (plugged === undefined) throw new Error(`there is no device ${id} on the bench`);
    this.#plugged.delete(plugged.node);
    takeNode(this.#root, plugged.node);
    const pulled = async ([socket, connection]: readonly [Socket, Connection | undefined]) => {
      await connection?.pulled();
      await destroyed(socket);
    };
    await Promise.all([...plugged.open].map(pulled));
    plugged.unplugged();
    unplug(this.#root, id);
  }

  /** Resolves with the first matching event, past or future; `from` skips earlier ones (`events.length`). */
  async until(fits: (event: BenchEvent) => boolean, from = 0): Promise<BenchEvent> {
    for (let at = from; ; at++) {
      while (at >= this.events.length) await new Promise<void>((resolve) => this.#waiting.add(resolve));
      const event = this.events[at];
      if (event !== undefined && fits(event)) return event;
    }
  }

  /** Ends all connections and removes all files; end all programs on the bench before. */
  async stop(): Promise<void> {
    this.#server.close();
    await Promise.all([...this.#sockets].map(destroyed));
    for (const plugged of this.#plugged.values()) plugged.unplugged();
    this.#plugged.clear();
    rmSync(this.#root, { recursive: true });
  }

  readonly #fault = (error: unknown): void => {
    this.faults.push(error);
  };

  #add(id: string, entry: UdevEntry, behaviour: Pick<Plugged, 'exclusive' | 'connect' | 'unplugged'>): void {
    if (id.length > ID_MAX || !/^[\w.:-]+$/.test(id)) throw new Error(`${id} cannot be the id of a device`);
    if ([...this.#plugged.values()].some((other) => other.id === id || other.node === entry.node))
      throw new Error(`${id} or ${entry.node} is plugged in already`);
    this.#plugged.set(entry.node, { id, node: entry.node, open: new Map(), ...behaviour });
    plug(this.#root, id, entry);
  }

  #happened(id: string, activity: Activity): void {
    this.events.push({ id, ...activity });
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }

  #accept(socket: Socket): void {
    const decoder = new FrameDecoder();
    let connection: Connection | undefined;
    let end = () => {};
    this.#sockets.add(socket);
    const guarded = (step: () => void) => {
      try {
        step();
      } catch (error) {
        this.#fault(error);
        socket.destroy();
      }
    };
    const opened = (node: string) => {
      const plugged = this.#open(socket, node);
      if (plugged === undefined) return;
      end = () => {
        end = () => {};
        plugged.open.delete(socket);
        this.#happened(plugged.id, { what: 'close' });
        connection?.end();
      };
      connection = plugged.connect(socket);
      plugged.open.set(socket, connection);
    };
    socket.on('data', (bytes) =>
      guarded(() => {
        for (const message of decoder.push(bytes).map(parse)) {
          if (message.type === 'open') opened(message.node);
          else connection?.take(message);
        }
      }),
    );
    socket.on('end', () => {
      guarded(() => end());
      socket.end();
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      guarded(() => end());
    });
    // A reset ends a connection like any other end; 'close' follows.
    socket.on('error', () => {});
  }

  #open(socket: Socket, node: string): Plugged | undefined {
    const plugged = this.#plugged.get(node);
    const busy = plugged !== undefined && plugged.exclusive && plugged.open.size > 0;
    const status = plugged === undefined ? ENOENT : busy ? EBUSY : 0;
    say(socket, { type: 'answer', id: 0, status });
    if (plugged === undefined || status !== 0) {
      socket.end();
      return undefined;
    }
    plugged.open.set(socket, undefined);
    this.#happened(plugged.id, { what: 'open' });
    return plugged;
  }
}

async function destroyed(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}

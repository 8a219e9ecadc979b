/** A blank page on the bench, and helpers for tests of the bench in it. */
import type { BrowserContext, Page } from 'playwright/test';

/** The origin of the page; `*.localhost` is a secure context, as Web Serial and WebUSB require. */
export const ORIGIN = 'http://bench.localhost:8080';

/** The helpers of a page opened by `openPage`, as `window.bench`. */
export interface PageTools {
  /** The names of the `connect` and `disconnect` events of serial ports so far. */
  events: string[];
  /** Resolves once `count` events were seen. */
  seen(count: number): Promise<string[]>;
  port(): Promise<SerialPort>;
  send(port: SerialPort, bytes: readonly number[] | Uint8Array): Promise<void>;
  /** Reads exactly `count` bytes. */
  read(port: SerialPort, count: number): Promise<Uint8Array>;
  /** Reads once, to its end; resolves with the name of the error it ends with, or `bytes` or `done`. */
  readToEnd(port: SerialPort): Promise<string>;
}

declare global {
  interface Window {
    bench: PageTools;
  }
}

/** Opens the blank page; nothing listens at its address, Playwright answers the browser. */
export async function openPage(context: BrowserContext, origin = ORIGIN): Promise<Page> {
  await context.route(`${origin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title><button>Choose</button>' }),
  );
  await context.addInitScript(addTools);
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  return page;
}

function addTools(): void {
  const events: string[] = [];
  const waiting: (() => void)[] = [];
  for (const name of ['connect', 'disconnect'])
    navigator.serial.addEventListener(name, () => {
      events.push(name);
      for (const resume of waiting.splice(0)) resume();
    });
  window.bench = {
    events,
    async seen(count) {
      while (events.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return events;
    },
    async port() {
      const [port] = await navigator.serial.getPorts();
      if (port === undefined) throw new Error('no port is granted');
      return port;
    },
    async send(port, bytes) {
      const writer = port.writable?.getWriter();
      if (writer === undefined) throw new Error('the port is not open');
      try {
        await writer.write(Uint8Array.from(bytes));
      } finally {
        writer.releaseLock();
      }
    },
    async read(port, count) {
      const reader = port.readable?.getReader();
      if (reader === undefined) throw new Error('the port is not open');
      const bytes = new Uint8Array(count);
      let at = 0;
      try {
        while (at < count) {
          const { value, done } = await reader.read();
          if (done) break;
          bytes.set(value, at);
          at += value.length;
        }
      } finally {
        reader.releaseLock();
      }
      return bytes;
    },
    async readToEnd(port) {
      const reader = port.readable?.getReader();
      if (reader === undefined) throw new Error('the port is not open');
      try {
        const { done } = await reader.read();
        return done ? 'done' : 'bytes';
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error);
      } finally {
        reader.releaseLock();
      }
    },
  };
}

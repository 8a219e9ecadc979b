import { closeSync, openSync, readSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright/test';
import { browserArguments, findBrowser } from '../../scripts/browser.ts';
import type { Bench } from './bench.ts';

/** How a browser is started on the bench. */
export interface LaunchOptions {
  /** The origin that may use every device on the bench without a chooser: `http://localhost:4181`. */
  origin?: string;
  headless?: boolean;
  args?: readonly string[];
  /** Additional environment, such as DISPLAY. */
  env?: Record<string, string>;
  /** The folder of its profile, which the next browser finds as this one leaves it; a fresh one if absent. */
  profile?: string;
}

/** The policies that let an origin (with its port, without a path) use every device on the bench. */
export function grants(origin: string, usb: readonly { vendorId: number; productId?: number }[] = []) {
  return {
    SerialAllowAllPortsForUrls: [origin],
    WebUsbAllowDevicesForUrls: [
      {
        // Without ids, the policy applies to every device.
        devices:
          usb.length === 0
            ? [{}]
            : usb.map(({ vendorId, productId }) => ({
                vendor_id: vendorId,
                ...(productId !== undefined && { product_id: productId }),
              })),
        urls: [origin],
      },
    ],
  };
}

/** Why the browser that was found cannot run on the bench, or undefined if it can. */
export function unfitBrowser(): string | undefined {
  const path = findBrowser();
  const head = Buffer.alloc(4);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, head);
  } finally {
    closeSync(fd);
  }
  // A wrapper script would pass the library on to every tool that it runs.
  if (head.toString('latin1') === '\x7fELF') return undefined;
  return `${path} is a script around the browser; name the binary itself with CHROME`;
}

/** Starts Chromium on the bench; the caller closes the context. */
export async function launchChromium(bench: Bench, options: LaunchOptions = {}): Promise<BrowserContext> {
  if (options.origin !== undefined) bench.policies(grants(options.origin));
  // A persistent context, because policies do not reach the incognito-like ones; '' is a folder that Playwright removes.
  return chromium.launchPersistentContext(options.profile ?? '', {
    executablePath: findBrowser(),
    headless: options.headless ?? true,
    args: [...browserArguments(), ...(options.args ?? [])],
    env: bench.env(options.env),
    viewport: null,
  });
}

/** Finds the browser's own process; the returned function kills it at once, as a crash would, and resolves when it is gone. */
export async function findKill(context: BrowserContext): Promise<() => Promise<void>> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  if (pid === undefined) throw new Error('the browser does not say which process it is');
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()));
  return async () => {
    process.kill(pid, 'SIGKILL');
    await gone;
  };
}

/**
 * Answers `navigator.serial.requestPort` and `navigator.usb.requestDevice` with the first granted device that matches the
 * filters, because headless Chromium shows no chooser; everything else stays the browser's own. As with the real choosers, a
 * recent click is required (SecurityError), a device plugged in while the chooser is open can be chosen (it is open for one
 * second), and an empty choice ends in a NotFoundError.
 */
export async function useGrantedPort(target: Page | BrowserContext): Promise<void> {
  await target.addInitScript({ content: GRANTED_PORT });
}

// Plain JavaScript: it runs in the page, before any other script.
const GRANTED_PORT = `(() => {
  const first = (name, api, candidates, fits) => async (options = {}) => {
    if (!navigator.userActivation.isActive)
      throw new DOMException('Must be handling a user gesture to show a permission request.', 'SecurityError');
    const { filters = [], exclusionFilters = [] } = options;
    const plugged = new Promise((resolve) => {
      api.addEventListener('connect', resolve, { once: true });
      setTimeout(resolve, 1000);
    });
    const find = async () => (await candidates()).find((candidate) =>
      (filters.length === 0 || filters.some((filter) => fits(candidate, filter))) &&
        !exclusionFilters.some((filter) => fits(candidate, filter)));
    const found = await find() ?? await plugged.then(find);
    if (found) return found;
    throw new DOMException('No ' + name + ' selected by the user.', 'NotFoundError');
  };
  const same = (wanted, is) => wanted === undefined || wanted === is;
  const serial = navigator.serial;
  if (serial) serial.requestPort = first('port', serial, () => serial.getPorts(), (port, filter) => {
    const { usbVendorId, usbProductId } = port.getInfo();
    return same(filter.usbVendorId, usbVendorId) && same(filter.usbProductId, usbProductId);
  });
  const usb = navigator.usb;
  if (usb) usb.requestDevice = first('device', usb, () => usb.getDevices(), (device, filter) => {
    const classes = [[device.deviceClass, device.deviceSubclass, device.deviceProtocol]];
    for (const { interfaces } of device.configurations)
      for (const { alternates } of interfaces)
        for (const a of alternates) classes.push([a.interfaceClass, a.interfaceSubclass, a.interfaceProtocol]);
    return same(filter.vendorId, device.vendorId) && same(filter.productId, device.productId) &&
      same(filter.serialNumber, device.serialNumber) && classes.some(([c, s, p]) =>
        same(filter.classCode, c) && same(filter.subclassCode, s) && same(filter.protocolCode, p));
  });
})();`;

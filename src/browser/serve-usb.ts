/** The near end of a USB device that is used from another thread. */
import type { UsbIdentity, UsbResult, UsbCall, UsbTree, UsbSelection, UsbRequest, UsbMessage } from './usb-messages.ts';

/** A served device; the page reports on it what only `navigator.usb` knows. */
export interface ServedUsb {
  /** Reports that the device has left the bus. */
  lost(): void;
  /** Closes the device, for a far end that is gone without having done so. Never rejects. */
  release(): Promise<void>;
}

/**
 * Serves a real or virtual device over a channel. Transfers are passed on at once, in the order they were requested.
 * `comesBack` waits for the board to return as another device and resolves with that device's far end, or null.
 */
export function serveUsb(
  device: USBDevice,
  channel: MessagePort,
  comesBack: () => Promise<MessagePort | null> = () => Promise.resolve(null),
): ServedUsb {
  const say = (word: UsbMessage, transfer: Transferable[] = []) => channel.postMessage(word, transfer);
  const answer = async ({ id, request }: UsbCall): Promise<void> => {
    if (request.do === 'return') {
      const port = await comesBack().catch(() => null);
      return say({ says: 'back', port }, port === null ? [] : [port]);
    }
    try {
      const outcome = await perform(device, request);
      // Received bytes have a buffer of their own, which can be transferred.
      say({ says: 'done', id, outcome, use: useOf(device) }, outcome === null ? [] : [outcome.bytes.buffer]);
    } catch (error) {
      say({ says: 'error', id, ...nameOf(error), use: useOf(device) });
    }
  };
  // Open, claim and close wait for each other: a close that overtakes an open would leave the device open.
  let control: Promise<void> = Promise.resolve();
  channel.addEventListener('message', ({ data }: MessageEvent<UsbCall>) => {
    if (TRANSFERS.has(data.request.do)) void answer(data);
    else control = control.then(() => answer(data));
  });
  channel.start();
  say({ says: 'info', ids: idsOf(device), tree: treeOf(device), use: useOf(device) });
  const release = async () => {
    channel.close();
    // What was asked before has its turn first; a device that is gone cannot be closed.
    await control;
    await device.close().catch(() => undefined);
  };
  return { lost: () => say({ says: 'lost' }), release };
}

/** Requests that go to the device at once, in order. */
const TRANSFERS: ReadonlySet<UsbRequest['do']> = new Set(['in', 'out', 'read', 'write']);

async function perform(device: USBDevice, request: Exclude<UsbRequest, { do: 'return' }>): Promise<UsbResult> {
  switch (request.do) {
    case 'open':
      await device.open();
      return null;
    case 'close':
      await device.close();
      return null;
    case 'reset':
      await device.reset();
      return null;
    case 'configure':
      await device.selectConfiguration(request.value);
      return null;
    case 'claim':
      await device.claimInterface(request.number);
      return null;
    case 'release':
      await device.releaseInterface(request.number);
      return null;
    case 'alternate':
      await device.selectAlternateInterface(request.number, request.setting);
      return null;
    case 'halt':
      await device.clearHalt(request.direction, request.endpoint);
      return null;
    case 'in':
      return received(await device.controlTransferIn(request.setup, request.length));
    case 'read':
      return received(await device.transferIn(request.endpoint, request.length));
    case 'out':
      return sent(await device.controlTransferOut(request.setup, ownBytes(request.bytes)));
    case 'write':
      return sent(await device.transferOut(request.endpoint, ownBytes(request.bytes)));
  }
}

function received({ status, data }: USBInTransferResult): UsbResult {
  const view = data ?? new DataView(new ArrayBuffer(0));
  return { status, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(), written: 0 };
}

function sent({ status, bytesWritten }: USBOutTransferResult): UsbResult {
  return { status, bytes: new Uint8Array(0), written: bytesWritten };
}

function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

function idsOf(device: USBDevice): UsbIdentity {
  const { usbVersionMajor, usbVersionMinor, usbVersionSubminor } = device;
  const { deviceClass, deviceSubclass, deviceProtocol, vendorId, productId } = device;
  const { deviceVersionMajor, deviceVersionMinor, deviceVersionSubminor } = device;
  const { manufacturerName, productName, serialNumber } = device;
  return {
    usbVersionMajor,
    usbVersionMinor,
    usbVersionSubminor,
    deviceClass,
    deviceSubclass,
    deviceProtocol,
    vendorId,
    productId,
    deviceVersionMajor,
    deviceVersionMinor,
    deviceVersionSubminor,
    manufacturerName,
    productName,
    serialNumber,
  };
}

function treeOf(device: USBDevice): UsbTree {
  return device.configurations.map(({ configurationValue, configurationName, interfaces }) => ({
    value: configurationValue,
    name: configurationName,
    interfaces: interfaces.map(({ interfaceNumber, alternates }) => ({
      number: interfaceNumber,
      // Copied, because the browser's own objects cannot be posted.
      alternates: alternates.map((setting) => ({
        alternateSetting: setting.alternateSetting,
        interfaceClass: setting.interfaceClass,
        interfaceSubclass: setting.interfaceSubclass,
        interfaceProtocol: setting.interfaceProtocol,
        interfaceName: setting.interfaceName,
        endpoints: setting.endpoints.map(({ endpointNumber, direction, type, packetSize }) => ({
          endpointNumber,
          direction,
          type,
          packetSize,
        })),
      })),
    })),
  }));
}

function useOf(device: USBDevice): UsbSelection {
  const configuration = device.configuration ?? null;
  const claimed = (configuration?.interfaces ?? []).filter((own) => own.claimed);
  return {
    opened: device.opened,
    configuration: configuration?.configurationValue ?? null,
    claimed: claimed.map((own) => [own.interfaceNumber, own.alternate.alternateSetting] as const),
  };
}

function nameOf(error: unknown): { name: string; message: string } {
  return error instanceof Error || error instanceof DOMException
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

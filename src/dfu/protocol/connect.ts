/** Connects a USB device as a board in DFU mode: claims its interface, reads its descriptors, gets it to dfuIDLE. */
import type { WebDFUSettings } from 'dfu';
import type { Clock } from '../../flash/clock.ts';
import { withTimeout } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { Failure, stopped, unlessStopped } from '../../flash/failure.ts';
import { bytes } from '../../flash/finding.ts';
import type { Region } from '../../flash/map.ts';
import { badDescriptor, describe, type Described, type Functional, readString } from './descriptors.ts';
import type { AlternateSetting, DfuDevice } from './device.ts';
import { DfuSe, READ_UNPROTECT } from './dfuse.ts';
import { dfuFailure, isReadRefused } from '../failures.ts';
import { dfuVersion, identityOf, usbId } from '../board/identity.ts';
import { DfuLink } from './link.ts';
import { readMemoryStrings } from './memory-string.ts';
import { isStRom, STARTS_IN_ERROR, treatmentOf } from './quirks.ts';
import { DfuTarget } from './target.ts';

/** How to connect. */
export interface DfuConnectOptions {
  readonly cancel: Cancel;
  readonly onSay: (words: string) => void;
  /** Waits for a board that left the bus to re-enumerate in DFU mode. Without it, the user has to choose the device again. */
  readonly comesBack?: (cancel: Cancel) => Promise<USBDevice>;
  /** The clock for all waits and timeouts. */
  readonly clock: Clock;
}

const DFUSE = 0x011a;
/** How long closing a device may take after a failure, in ms: Chromium needs none, and a stuck one is not waited for. */
const CLOSE_MS = 200;
/** `bInterfaceProtocol` of an interface in DFU mode; 1 is that of a running application (DFU 1.1, 4.2.3). */
const DFU_MODE = 2;
/** How many bytes of flash are read to see whether reading is allowed. */
const PROBE = 64;
/** The smallest packet of endpoint 0, in bytes (USB 2.0, 5.5.3): a device that takes less in a transfer does not exist. */
const LEAST_TRANSFER = 8;

/**
 * Connects to a board in DFU mode; a running application that offers DFU is first switched to it. Throws a `Failure`,
 * with the device closed.
 */
export async function connectDfu(usb: USBDevice, options: DfuConnectOptions): Promise<DfuDevice> {
  const found = await attempt(usb, options);
  if (found !== 'detached') return found;
  if (options.comesBack === undefined) throw dfuFailure('dfu-detached');
  options.onSay('Waiting for the board to come back in DFU mode');
  const back = await attempt(await options.comesBack(options.cancel), options);
  if (back === 'detached') throw dfuFailure('dfu-not-found', { values: { device: usbId(usb) } });
  return back;
}

async function attempt(usb: USBDevice, options: DfuConnectOptions): Promise<DfuDevice | 'detached'> {
  const { cancel, onSay, clock } = options;
  cancel.check();
  const link = new DfuLink(usb, clock);
  try {
    onSay('Opening the board');
    // A device that does not answer holds a request for seconds, and one that cannot be opened holds it for ever.
    return await unlessStopped(cancel, reached(link, options));
  } catch (error) {
    link.end(error instanceof Failure ? error : dfuFailure('dfu-lost'));
    await withTimeout(clock, CLOSE_MS, link.close(), () => undefined);
    if (error instanceof DOMException) throw openFailure(usb, error);
    throw error;
  }
}

async function reached(link: DfuLink, { cancel, onSay }: DfuConnectOptions): Promise<DfuDevice | 'detached'> {
  const { usb } = link;
  await link.open();
  cancel.check();
  const candidates = candidatesOf(await link.find(), usb);
  const [first] = candidates;
  if (first === undefined) throw dfuFailure('dfu-not-found', { values: { device: usbId(usb) } });
  link.use(first);
  await link.claim(first);
  const place = usb.configurations.findIndex((c) => c.configurationValue === first.configuration.configurationValue);
  const described = await describe(link, Math.max(0, place), first.interface.interfaceNumber);
  if (first.alternate.interfaceProtocol !== DFU_MODE) {
    onSay('Switching the board to DFU mode');
    await detach(link, described);
    return 'detached';
  }
  cancel.check();
  onSay('Reading the board’s memory map');
  return met(link, candidates, described, cancel);
}

/** The alternate settings of the one interface to use: preferably in DFU mode, then of the active configuration. */
function candidatesOf(settings: readonly WebDFUSettings[], usb: USBDevice): WebDFUSettings[] {
  const active = usb.configuration?.configurationValue;
  const rank = ({ alternate, configuration }: WebDFUSettings): number =>
    (alternate.interfaceProtocol === DFU_MODE ? 0 : 2) + (configuration.configurationValue === active ? 0 : 1);
  const [best] = settings.toSorted((a, b) => rank(a) - rank(b));
  if (best === undefined) return [];
  return settings.filter(
    ({ configuration, interface: { interfaceNumber } }) =>
      configuration.configurationValue === best.configuration.configurationValue &&
      interfaceNumber === best.interface.interfaceNumber,
  );
}

async function detach(link: DfuLink, { functional }: Described): Promise<void> {
  // The reply does not matter, and neither does whether the device is still there.
  await link.detach().catch(() => undefined);
  // DFU 1.1, 5.1: a device that does not detach by itself waits for a reset.
  if (functional?.willDetach === false) await link.reset().catch(() => undefined);
  await link.close();
}

/** The rest of connecting, once the interface is claimed. */
async function met(
  link: DfuLink,
  candidates: readonly WebDFUSettings[],
  described: Described,
  cancel: Cancel,
): Promise<DfuDevice> {
  const { usb } = link;
  const names: (string | null)[] = [];
  for (const { alternate } of candidates) {
    const index = described.names.get(alternate.alternateSetting) ?? 0;
    names.push(alternate.interfaceName ?? (await readString(link, index)));
  }
  const functional = functionalOf(described, names);
  const serial = usb.serialNumber ?? null;
  const facts = {
    vendorId: usb.vendorId,
    productId: usb.productId,
    serial,
    names,
    transferSize: functional.transferSize,
  };
  const { quirks, behaviour, memories } = treatmentOf(facts);
  const readings = readMemoryStrings(memories, behaviour.blank);
  const settings = candidates.map(({ alternate }, i): AlternateSetting => {
    const memory = readings[i] ?? { kind: 'unreadable', text: '', why: 'it has no name' };
    return { number: alternate.alternateSetting, name: names[i] ?? null, memory };
  });
  const transferSize = Math.min(functional.transferSize, behaviour.transferLimit);
  const dfuse = new DfuSe(link, { behaviour, transferSize, carriesOn: transferSize === functional.transferSize });

  const { foundError } = await dfuse.toIdle();
  cancel.check();
  const [first] = settings;
  if (first === undefined) throw dfuFailure('dfu-not-found', { values: { device: usbId(usb) } });
  // An earlier program may have left any of the memories selected.
  if (settings.length > 1) await dfuse.selectAlternate(first.number);
  const commands = functional.canUpload ? await dfuse.commands() : null;
  const readProtected = functional.canUpload && (await isReadProtected(dfuse, first));
  if (cancel.cancelled) throw stopped();

  const unlocks = readProtected && isStRom(usb) && commands?.includes(READ_UNPROTECT) === true;
  const dfu = {
    vendorId: usb.vendorId,
    productId: usb.productId,
    serial,
    settings,
    quirks: foundError ? [...quirks, STARTS_IN_ERROR] : quirks,
    transferSize,
    commands,
    readProtected,
    unlockMs: unlocks ? behaviour.massEraseMs : null,
  };
  const identity = identityOf(usb, dfu, functional);
  return new DfuTarget({ dfuse, dfu, identity, canRead: functional.canUpload, alternate: first.number });
}

function functionalOf({ functional }: Described, names: readonly (string | null)[]): Functional {
  if (functional === null) throw badDescriptor('it has no DFU functional descriptor');
  // Clones report DFU 1.1 but describe their memories as DfuSe does.
  if (functional.version !== DFUSE && !names.some((name) => name?.trimStart().startsWith('@') === true)) {
    throw dfuFailure('dfu-not-dfuse', { values: { version: dfuVersion(functional.version) } });
  }
  const { transferSize } = functional;
  if (transferSize < LEAST_TRANSFER) throw badDescriptor(`its transfer size is ${bytes(transferSize)}`);
  return functional;
}

/** Whether the chip is read-protected; found out before anything is erased. */
async function isReadProtected(dfuse: DfuSe, { memory }: AlternateSetting): Promise<boolean> {
  const readable = memory.kind === 'memory' ? memory.regions.find(({ access }) => access.read) : undefined;
  if (readable === undefined) return false;
  try {
    const into = new Uint8Array(Math.min(PROBE, dfuse.options.transferSize, ...readable.runs.map(({ size }) => size)));
    await dfuse.read(
      readable.start,
      into,
      { command: 'read a first piece', place: placeOf(readable, into) },
      () => undefined,
    );
    await dfuse.toIdle();
    return false;
  } catch (error) {
    if (error instanceof Failure && error.facts.name === 'dfu-read-protected') return true;
    // The other memories may be readable; the inspection says that this one is not.
    if (!isReadRefused(error)) throw error;
    await dfuse.toIdle();
    return false;
  }
}

function placeOf({ id, start }: Region, { length }: Uint8Array) {
  return { in: 'flash', range: { region: id, address: start, size: length } } as const;
}

/** The failure for a browser that cannot open or claim a device; error names as in Chromium, usb_device.cc. */
function openFailure(usb: USBDevice, error: DOMException): Failure {
  const { name } = error;
  const cause = { cause: error };
  if (name === 'SecurityError') {
    const four = (id: number): string => id.toString(16).padStart(4, '0');
    return dfuFailure('dfu-access-denied', {
      values: { vendor: four(usb.vendorId), product: four(usb.productId) },
      ...cause,
    });
  }
  if (name === 'NetworkError' || name === 'InvalidStateError') return dfuFailure('dfu-interface-busy', cause);
  return dfuFailure('dfu-lost', cause);
}

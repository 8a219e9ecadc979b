/** From a USB device to a connected board in DFU mode: its interface, what it says of itself, and an idle state. */
import type { WebDFUSettings } from 'dfu';
import type { Clock } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { Failure, stopped } from '../../flash/failure.ts';
import type { Region } from '../../flash/map.ts';
import { bad, describe, type Described, type Functional, readString } from './descriptors.ts';
import type { AlternateSetting, DfuDevice } from './device.ts';
import { DfuSe } from './dfuse.ts';
import { dfuFailure } from '../failures.ts';
import { dfuVersion, identityOf, usbId } from '../board/identity.ts';
import { DfuLink } from './link.ts';
import { readMemoryStrings } from './memory-string.ts';
import { STARTS_IN_ERROR, treatmentOf } from './quirks.ts';
import { DfuTarget } from './target.ts';

/** How to connect. */
export interface DfuConnectOptions {
  readonly cancel: Cancel;
  readonly onSay: (words: string) => void;
  /** Waits for a board that left the bus in order to come back in DFU mode. Without it, the person has to choose it anew. */
  readonly comesBack?: (cancel: Cancel) => Promise<USBDevice>;
  /** What the board is waited for by. */
  readonly clock: Clock;
}

const DFUSE = 0x011a;
/** The protocol of an interface that is in DFU mode; 1 is an application's (DFU 1.1, 4.2.3). */
const DFU_MODE = 2;
/** As much of the flash as is read to see whether it may be. */
const PROBE = 64;

/**
 * Connects to a board in DFU mode; one whose application offers DFU is sent there first. Throws a `Failure`, and then
 * the device is closed.
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
    await opened(usb);
    const candidates = candidatesOf(await link.find(), usb);
    const [first] = candidates;
    if (first === undefined) throw dfuFailure('dfu-not-found', { values: { device: usbId(usb) } });
    link.use(first);
    await claimed(usb, first);
    const place = usb.configurations.findIndex((c) => c.configurationValue === first.configuration.configurationValue);
    const described = await describe(link, Math.max(0, place), first.interface.interfaceNumber);
    if (first.alternate.interfaceProtocol !== DFU_MODE) {
      onSay('Switching the board to DFU mode');
      await detach(link, described);
      return 'detached';
    }
    cancel.check();
    onSay('Reading the board’s memory map');
    return await met(link, candidates, described, cancel);
  } catch (error) {
    link.end(dfuFailure('dfu-lost'));
    // A device that is gone cannot be closed; the first failure is the one to tell.
    await usb.close().catch(() => undefined);
    if (error instanceof DOMException) throw openFailure(usb, error);
    throw error;
  }
}

/** The alternate settings of the one interface to use: in DFU mode rather than not, active rather than not. */
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

/** What an earlier link left open may be about to be closed by it; to open what is open does nothing (WebUSB, open()). */
async function opened(usb: USBDevice): Promise<void> {
  await usb.open();
}

/** The package's own claim takes the number of an interface for its place in the list, so that it is done here. */
async function claimed(
  usb: USBDevice,
  { configuration, interface: { interfaceNumber } }: WebDFUSettings,
): Promise<void> {
  if (usb.configuration?.configurationValue !== configuration.configurationValue) {
    await usb.selectConfiguration(configuration.configurationValue);
  }
  await usb.claimInterface(interfaceNumber);
}

async function detach(link: DfuLink, { functional }: Described): Promise<void> {
  const { usb } = link;
  // What the device answers while it goes does not matter, and neither does whether it is still there.
  await link.detach().catch(() => undefined);
  // DFU 1.1, 5.1: a device that does not detach by itself waits for a reset.
  if (functional?.willDetach === false) await usb.reset().catch(() => undefined);
  await usb.close().catch(() => undefined);
}

/** Everything after the interface is ours. */
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
  // The device may be turned to any of its memories by whoever spoke to it before.
  if (settings.length > 1) await dfuse.selectAlternate(first.number);
  const commands = functional.canUpload ? await dfuse.commands() : null;
  const readProtected = functional.canUpload && (await isReadProtected(dfuse, first));
  if (cancel.cancelled) throw stopped();

  const dfu = {
    vendorId: usb.vendorId,
    productId: usb.productId,
    serial,
    settings,
    quirks: foundError ? [...quirks, STARTS_IN_ERROR] : quirks,
    transferSize,
    commands,
    readProtected,
  };
  const identity = identityOf(usb, dfu, functional);
  return new DfuTarget({ dfuse, dfu, identity, canRead: functional.canUpload, alternate: first.number });
}

function functionalOf({ functional }: Described, names: readonly (string | null)[]): Functional {
  if (functional === null) throw bad('it has no DFU functional descriptor');
  // Clones say that they are DFU 1.1 and go on to describe their memories as DfuSe does.
  if (functional.version !== DFUSE && !names.some((name) => name?.trimStart().startsWith('@') === true)) {
    throw dfuFailure('dfu-not-dfuse', { values: { version: dfuVersion(functional.version) } });
  }
  if (functional.transferSize === 0) throw bad('its transfer size is 0');
  return functional;
}

/** Whether the chip lets nobody read: found out before anything is erased. */
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
    throw error;
  }
}

function placeOf({ id, start }: Region, { length }: Uint8Array) {
  return { in: 'flash', range: { region: id, address: start, size: length } } as const;
}

/** What a browser says when it cannot open or claim a device: Chromium, usb_device.cc. */
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

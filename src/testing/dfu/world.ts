/** A session with a plugged-in virtual board in DFU mode, for tests of whole journeys without a browser. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { instantClock } from '../../virtual-boards/clock.ts';
import type { MadeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { UsbDeviceEvent, VirtualUsbPort } from '../../virtual-boards/usb-port.ts';
import { connectDfu } from '../../dfu/protocol/connect.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { dfuFailure } from '../../dfu/failures.ts';
import type { DfuBoard } from '../../dfu/board/inspect.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Backup } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import { Session } from '../../session/session.ts';
import type { SessionState } from '../../session/state.ts';
import { dfuFamily as FAMILY } from '../../dfu/family.ts';

/** A board, its port, and a session that is not connected yet. */
export interface DfuWorld {
  readonly clock: Clock;
  readonly made: MadeDfuBoard;
  readonly port: VirtualUsbPort;
  readonly session: Session<DfuBoard, DfuDevice>;
  /** Called with every state until it is replaced. */
  onState: (state: SessionState) => void;
}

/** Wraps each device that the driver is given, between the driver and the bus. */
export type UsbBetween = (device: USBDevice, port: VirtualUsbPort, clock: Clock) => USBDevice;

/**
 * Plugs in a virtual board; its time jumps, so tests do not wait for silicon. `between` wraps the device for the session, to
 * pull the cable at a certain step; `through` wraps it between the driver and the bus;
 * `store` keeps jobs and backups, by default for as long as the test; `clock` is the board's and the app's; `backup` finds the backup
 * with an id, by default none.
 */
export function openDfuWorld(
  id: string,
  between: (device: DfuDevice) => DfuDevice = (device) => device,
  through: UsbBetween = (device) => device,
  store: Store = memoryStore(),
  clock: Clock = instantClock(),
  backup?: (id: string) => Promise<Backup | null>,
): DfuWorld {
  const made = makeDfuBoard(id, clock);
  const port = new VirtualUsbPort(made.board, clock);
  const session = new Session<DfuBoard, DfuDevice>({
    family: FAMILY,
    connect: async (cancel, onSay) => {
      const usb = through(await port.whenConnected(), port, clock);
      return between(await connectDfu(usb, { cancel, onSay, clock }));
    },
    md5: md5Hex,
    store,
    version: 'test',
    now: () => clock.now(),
    clock,
    newId: () => crypto.randomUUID(),
    ...(backup !== undefined && { backup }),
    onState: (state) => world.onState(state),
  });
  port.addEventListener('disconnect', (event) => {
    if (event instanceof UsbDeviceEvent) session.lost(dfuFailure('dfu-lost').facts);
  });
  const world: DfuWorld = { clock, made, port, session, onState: () => undefined };
  return world;
}

/** A plugged-in virtual board in DFU mode, for tests of the DFU link. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { instantClock } from '../../virtual-boards/clock.ts';
import type { Chip } from '../../virtual-boards/dfu/board.ts';
import { DfuBoard } from '../../virtual-boards/dfu/board.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { StChip, type StOptions } from '../../virtual-boards/dfu/st-board.ts';
import { VirtualUsbPort } from '../../virtual-boards/usb-port.ts';
import { connectDfu } from '../../dfu/protocol/connect.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { Failure, makeCancel } from '../../flash/failure.ts';

/** A board, its port and its jumping clock. */
export interface LinkWorld {
  readonly clock: Clock;
  readonly board: DfuBoard;
  readonly port: VirtualUsbPort;
  /** Connects to the device on the bus. */
  connect(cancel?: ReturnType<typeof makeCancel>): Promise<DfuDevice>;
}

/** Plugs in a virtual board of the catalogue, in DFU mode. */
export function openBoard(id: string): LinkWorld {
  const clock = instantClock();
  return worldOf(clock, makeDfuBoard(id, clock).board);
}

/** Plugs in a board whose chip answers as ST's ROM does; `name` replaces its first memory string. */
export function openStBoard(options: Omit<StOptions, 'serial'>, name?: string): LinkWorld {
  const clock = instantClock();
  const chip = new StChip({ serial: '1', quirks: [], ...options });
  return worldOf(clock, new DfuBoard(clock, name === undefined ? chip : renamed(chip, name)));
}

function worldOf(clock: Clock, board: DfuBoard): LinkWorld {
  const port = new VirtualUsbPort(board, clock);
  return {
    clock,
    board,
    port,
    async connect(cancel = makeCancel()) {
      return connectDfu(await port.whenConnected(), { cancel, onSay: () => undefined, clock });
    },
  };
}

/** The same chip with another memory string; the memory itself is unchanged. */
function renamed(chip: StChip, name: string): Chip {
  const strings = chip.descriptors.strings.map((text, i) => (i === 4 ? name : text));
  return {
    memories: chip.memories,
    descriptors: { ...chip.descriptors, strings },
    bootloader: (life, exits, faults) => chip.bootloader(life, exits, faults),
    boot: (at) => chip.boot(at),
  };
}

/** The name of the failure that `work` ends in, or `none`; rethrows anything that is not a failure. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof Failure) return error.facts.name;
    throw error;
  }
}

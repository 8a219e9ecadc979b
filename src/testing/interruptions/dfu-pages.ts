/** Virtual boards in DFU mode behind the app's own driver, each on a freshly opened page. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { Life } from '../../virtual-boards/life.ts';
import { MODELS } from '../../virtual-boards/dfu/particle-models.ts';
import type { VirtualDfuBoard } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { UsbDeviceEvent, VirtualUsbPort } from '../../virtual-boards/usb-port.ts';
import { connectDfu } from '../../dfu/protocol/connect.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { dfuFailure } from '../../dfu/failures.ts';
import type { DfuBoard } from '../../dfu/board/inspect.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { Session } from '../../session/session.ts';
import { FAMILY } from '../dfu/boards.ts';
import { cellsOf, loadCells } from './cells.ts';
import type { Boot, BoardKind } from './page.ts';
import { backupsIn, careless, restarting } from './page.ts';

/** Bytes that are compared on a chip that starts anything with a vector table. */
const PROGRAM = 0x18000;
const HEAD = 0x400;
const SECTOR = 0x20000;

/** A DFU board of the catalogue. */
export function dfuKind(entry: VirtualDfuBoard, clock: Clock): BoardKind {
  return {
    id: entry.id,
    proves: true,
    few: false,
    open: (parts) => {
      const { store, careless: spills = false } = parts;
      const made = makeDfuBoard(entry.id, clock);
      const port = new VirtualUsbPort(made.board, clock);
      const session = new Session<DfuBoard, DfuDevice>({
        family: FAMILY,
        connect: async (cancel, onSay) => {
          const device = await connectDfu(await port.whenConnected(), { cancel, onSay, clock });
          return restarting(spills ? careless(device) : device, parts);
        },
        md5: md5Hex,
        version: 'test',
        now: () => clock.now(),
        clock,
        newId: () => crypto.randomUUID(),
        store,
        backup: backupsIn(store),
        onState: () => undefined,
      });
      port.addEventListener('disconnect', (event) => {
        if (event instanceof UsbDeviceEvent) session.lost(dfuFailure('dfu-lost').facts);
      });
      const boot = async (): Promise<Boot> => {
        const cells = cellsOf(made.memories);
        const report = await made.board.chip.boot(null, new Life(clock));
        // The boot may have copied the factory module back.
        loadCells(made.memories, cells);
        const says = report.words.at(-2) ?? report.end;
        if (report.end === 'safe mode' || report.end === 'DFU mode') return { kind: 'safe', app: null, says };
        if (report.end !== 'application' || report.at === null) return { kind: 'nothing', app: null, says };
        const offset = report.at - made.flash.start;
        const { dfu } = entry;
        // The first block is programmed by one command, and the chip checks two words of it.
        if (dfu.kind !== 'particle') return { kind: 'app', app: { offset: offset + HEAD, size: PROGRAM - HEAD }, says };
        const app = { offset, size: sizeAt(MODELS[dfu.model].user, made.flash.read(report.at, 8)) };
        const slot = { offset: MODELS[dfu.model].factory - made.flash.start, size: SECTOR };
        const restored = report.words.some((words) => words.startsWith('factory module: restored'));
        return { kind: 'app', app, says, ...(restored && { fallback: slot }) };
      };
      const cable = {
        unplug: () => port.unplug(),
        plug: () => {
          port.plug();
          made.board.enterDfu();
        },
      };
      return { session, store, memories: made.memories, violations: () => made.violations().length, boot, cable };
    },
  };
}

/** The size of the application that starts there, in bytes. */
function sizeAt(user: number, head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset);
  const [start, end] = [view.getUint32(0, true), view.getUint32(4, true)];
  // An invalid header was replaced from the factory slot: then its whole sector counts.
  return start === user && end > start && end - start < SECTOR ? end - start + 4 : SECTOR;
}

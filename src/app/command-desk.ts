/** What the command line is made of: families, virtual boards and tools, as the page's workers put them together. */
import { version } from '../../package.json';
import { STM32_PROFILES } from '../dfu/board/stm32.ts';
import { dfuFailure } from '../dfu/failures.ts';
import { makeDfuFamily } from '../dfu/family.ts';
import { PARTICLE_MODULES } from '../dfu/particle/modules.ts';
import { PARTICLE_PROFILES } from '../dfu/particle/profiles/index.ts';
import { connectDfu } from '../dfu/protocol/connect.ts';
import { FORMATS } from '../esp/contents/formats.ts';
import { contentsTools } from '../esp/contents/tools.ts';
import { espFamily } from '../esp/family.ts';
import { connectEsp } from '../esp/loader/connect.ts';
import { linkLost } from '../esp/loader/transport.ts';
import type { Clock } from '../flash/clock.ts';
import type { Inspection } from '../flash/family.ts';
import type { Target } from '../flash/target.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { portAgain } from '../browser/ports.ts';
import { COMES_BACK_MS } from '../browser/remote-port.ts';
import type { Desk, Opened } from '../cli/desk.ts';
import { Session } from '../session/session.ts';
import type { SessionParts } from '../session/session-parts.ts';
import { makeBoard } from '../virtual-boards/catalogue.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VirtualSerialPort } from '../virtual-boards/serial-port.ts';
import { UsbDeviceEvent, VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import { nodeFiles } from './node-files.ts';
import { tableTools } from './table-tools.ts';

const dfuFamily = makeDfuFamily({
  profiles: [...PARTICLE_PROFILES, ...STM32_PROFILES],
  modules: PARTICLE_MODULES,
  hashes: HASHES,
});

/** Everything that the commands need. */
export const commandDesk: Desk = {
  version,
  files: nodeFiles,
  boards: [...VIRTUAL_BOARDS, ...VIRTUAL_DFU_BOARDS].map(({ id, name, summary }) => ({ id, name, summary })),
  openBoard: (id) => (VIRTUAL_DFU_BOARDS.some((board) => board.id === id) ? usbBoard(id) : serialBoard(id)),
  md5: md5Hex,
  tables: tableTools,
  contents: contentsTools,
  makeContents: async (id, size, edits) => {
    const format = FORMATS.find(({ makes }) => Object.hasOwn(makes, id));
    const how = { keys: null, yieldNow: NEVER_YIELD };
    const made = await format?.makes[id]?.(size, how);
    if (format === undefined || made === undefined) throw new RangeError(`no format is called ${id}`);
    return 'refusal' in made || edits.length === 0 ? made : format.edit(made.data, edits, how);
  },
};

/** A session for one flash; nothing of it outlives the command. */
function opened<I extends Inspection, T extends Target>(
  parts: Pick<SessionParts<I, T>, 'family' | 'connect' | 'clock'>,
  bytes: () => Uint8Array,
): Opened & { readonly session: Session<I, T> } {
  const session = new Session<I, T>({
    ...parts,
    md5: md5Hex,
    version,
    browser: `Node ${process.versions.node}`,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
    onState: (state) => all.onState(state),
    onFile: ({ data }) => all.onFile(data),
  });
  const all: Opened & { readonly session: Session<I, T> } = {
    session,
    bytes,
    onState: () => undefined,
    onFile: () => undefined,
  };
  return all;
}

/** Nobody waits for a virtual board here: its clock leaps to what it does next. Nothing else may be waited for meanwhile. */
function serialBoard(id: string): Opened {
  const clock: Clock = instantClock();
  const made = makeBoard(id, clock);
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(made.board, { clock, usbVendorId, usbProductId });
  const comesBack = () => portAgain(port, clock, COMES_BACK_MS);
  const all = opened(
    {
      family: espFamily,
      clock,
      connect: (cancel, onSay, chosen) => connectEsp(port, { clock, chosen, cancel, onSay, comesBack }),
    },
    () => made.flash.snapshot(),
  );
  port.addEventListener('disconnect', () => all.session.lost(linkLost().facts));
  return all;
}

function usbBoard(id: string): Opened {
  const clock: Clock = instantClock();
  const made = makeDfuBoard(id, clock);
  const port = new VirtualUsbPort(made.board, clock);
  const all = opened(
    {
      family: dfuFamily,
      clock,
      connect: async (cancel, onSay) => {
        // Nobody can press a virtual button, so connecting counts as holding it during a reset.
        if (port.device === null) made.board.enterDfu();
        return connectDfu(await port.whenConnected(), { clock, cancel, onSay });
      },
    },
    () => made.flash.snapshot(),
  );
  port.addEventListener('disconnect', (event) => {
    if (event instanceof UsbDeviceEvent) all.session.lost(dfuFailure('dfu-lost').facts);
  });
  return all;
}

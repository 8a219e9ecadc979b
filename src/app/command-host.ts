/** What the command line is made of: families, virtual boards and tools, as the page's workers put them together. */
import { version } from '../../package.json';
import { dfuFailure } from '../dfu/failures.ts';
import { dfuFamily } from '../dfu/family.ts';
import { connectDfu } from '../dfu/protocol/connect.ts';
import { FORMATS } from '../esp/contents/formats.ts';
import { contentsTools } from '../esp/contents/tools.ts';
import { espFamily } from '../esp/family.ts';
import { DEFAULT_TABLE } from '../esp/flash-geometry.ts';
import { connectEsp } from '../esp/loader/connect.ts';
import { linkLost } from '../esp/loader/transport.ts';
import type { Clock } from '../flash/clock.ts';
import type { Inspection } from '../flash/family.ts';
import { Failure } from '../flash/failure.ts';
import type { Range } from '../flash/map.ts';
import { contains, regionRange } from '../flash/map.ts';
import { plainName } from '../flash/names.ts';
import type { Target } from '../flash/target.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import { md5Hex, HASHES } from '../formats/hashes.ts';
import { portAgain } from '../browser/ports.ts';
import { COMES_BACK_MS } from '../browser/remote-port.ts';
import type { CommandHost, ImageToOpen, Opened, ReadTable, TableTools } from '../cli/host.ts';
import { commandFailure } from '../cli/failures.ts';
import { DUMP_BOARDS } from '../flash-image/dfu-boards.ts';
import { withOpened } from '../flash-image/opened-image.ts';
import { openFlashImage } from '../flash-image/open.ts';
import type { ImageChoice } from '../flash/image-choice.ts';
import { sameChip } from '../import/other-chips.ts';
import { Session } from '../session/session.ts';
import type { SessionParts } from '../session/session-parts.ts';
import { makeBoard } from '../virtual-boards/catalogue.ts';
import { instantClock, realClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VirtualSerialPort } from '../virtual-boards/serial-port.ts';
import { UsbDeviceEvent, VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import { nodeFiles } from './node-files.ts';
import type { AskedBundle } from './bundle-tools.ts';
import { bundleOfAsked, bundleTools } from './bundle-tools.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { writeCsv } from '../esp/partitions/csv-write.ts';
import { readCsv } from '../esp/partitions/csv.ts';
import { checkLayout } from '../esp/partitions/layout-rules.ts';
import { isBinaryTable, readTable } from '../esp/partitions/table.ts';
import { subtypeName, typeName } from '../esp/partitions/types.ts';
import { writeTable } from '../esp/partitions/write-table.ts';
import { REGION } from '../esp/loader/target.ts';

/** Espressif's partition tables. */
const tableTools: TableTools = {
  read: (name, data, limits) =>
    isBinaryTable(data) ? fromBinary(name, data, limits) : { form: 'csv', ...readCsv(data, { name, ...limits }) },
  csvOf: writeCsv,
  binaryOf: (rows) => writeTable(rows, { md5: true }, HASHES),
  typeOf: ({ type, subtype }) => `${typeName(type)}, ${subtypeName(type, subtype)}`,
};

/** Everything that the commands need. */
export const commandHost: CommandHost = {
  version,
  files: nodeFiles,
  boards: [...VIRTUAL_BOARDS, ...VIRTUAL_DFU_BOARDS].map(({ id, name, summary }) => ({ id, name, summary })),
  openImage,
  openBoard: (id) => (VIRTUAL_DFU_BOARDS.some((board) => board.id === id) ? usbBoard(id) : serialBoard(id)),
  md5: md5Hex,
  tables: tableTools,
  bundles: bundleTools,
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
  bytes: Opened['bytes'],
): Opened & { readonly session: Session<I, T> } {
  let target: T | null = null;
  const store = memoryStore();
  const asked: AskedBundle[] = [];
  const session = new Session<I, T>({
    ...parts,
    connect: async (...how) => (target = await parts.connect(...how)),
    md5: md5Hex,
    version,
    browser: `Node ${process.versions.node}`,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
    onState: (state) => all.onState(state),
    onFile: ({ data }) => all.onFile(data),
    store,
    onBundle: (from, request) => void asked.push({ from, request }),
  });
  const digest = (range: Range) => (target === null ? Promise.resolve(null) : digestIn(target, range));
  const all: Opened & { readonly session: Session<I, T> } = {
    session,
    bytes,
    digest,
    bundle: async (of, request, seed) => {
      await session.dispatch({ do: 'make-bundle', of, request: { ...request, sign: null } });
      const made = asked.pop();
      return made === undefined ? null : bundleOfAsked(made, store, seed);
    },
    onState: () => undefined,
    onFile: () => undefined,
  };
  return all;
}

async function digestIn(target: Target, range: Range): Promise<string | null> {
  const { regions } = await target.readMap();
  const has = regions.some((region) => contains(regionRange(region), range));
  return has ? ((await target.digest?.(range)) ?? null) : null;
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
    () => Promise.resolve(made.flash.snapshot()),
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
    () => Promise.resolve(made.flash.snapshot()),
  );
  port.addEventListener('disconnect', (event) => {
    if (event instanceof UsbDeviceEvent) all.session.lost(dfuFailure('dfu-lost').facts);
  });
  return all;
}

/** Chips are named as in `--chip`, boards by their ids or names. */
function choiceOf(chip: string | null, flashSize: number | undefined): ImageChoice {
  const size = flashSize === undefined ? {} : { flashSize };
  if (chip === null) return size;
  const board = DUMP_BOARDS.find(({ id, name }) => id === chip.toLowerCase() || sameChip(name, chip));
  return { ...size, ...(board === undefined ? { chip } : { board: board.id }) };
}

async function openImage({ name, data, chip, flashSize }: ImageToOpen): Promise<Opened> {
  const opening = await openFlashImage({ name, data }, choiceOf(chip, flashSize));
  switch (opening.kind) {
    case 'failure':
      throw new Failure(opening.failure);
    case 'question': {
      const names = opening.options.map(({ choice, name: each }) => choice.board ?? each).join(', ');
      throw commandFailure('image-of-which-chip', { values: { file: plainName(name), says: opening.says, names } });
    }
    default:
      return withOpened(opening, ({ family, device }) => {
        const connect = () => Promise.resolve(device);
        return opened({ family, connect, clock: realClock() }, async () => (await device.file.save('image')).data);
      });
  }
}

function fromBinary(
  name: string,
  data: Uint8Array,
  { flashSize, tableOffset = DEFAULT_TABLE }: Parameters<TableTools['read']>[2],
): ReadTable {
  const size = flashSize === undefined ? {} : { flashSize };
  const { rows, findings } = readTable(data, { region: REGION, address: tableOffset, file: name }, HASHES, size);
  const advice = checkLayout(rows, () => ({ in: 'file', name }), size);
  return { form: 'bin', rows, findings: [...findings, ...advice] };
}

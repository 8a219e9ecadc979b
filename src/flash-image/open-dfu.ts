/** Opens a dump of a board with an STM32: a plain one from the start of its flash, or the parts of a DfuSe file. */
import { dfuFamily } from '../dfu/family.ts';
import { usbId } from '../dfu/board/identity.ts';
import { bytes, hex, span } from '../flash/finding.ts';
import { imageWithin, segmentRange } from '../flash/image.ts';
import { regionRange, without } from '../flash/map.ts';
import type { DfuElement, DfuFileDevice } from '../formats/dfu-file.ts';
import type { DumpBoard } from './dfu-boards.ts';
import { DUMP_BOARDS, GLANCE } from './dfu-boards.ts';
import { imageFailure } from './failures.ts';
import { dfuChanges, flashFile } from './flash-file.ts';
import type { ImageOption, ImageQuestion } from '../flash/image-choice.ts';
import type { ImageFile, ImageOf } from './opened-image.ts';
import type { Image } from '../flash/image.ts';
import { neverWritten } from '../dfu/protocol/memory-string.ts';
import type { DfuDevice } from '../dfu/protocol/device.ts';
import type { ImageParts } from './image-target.ts';
import { ImageTarget } from './image-target.ts';
import { ImageFlash } from './image-flash.ts';

/** Opens bytes as the internal flash of a board, from its start. Throws a `Failure` if the flash is smaller. */
export function openDfu(file: ImageFile, board: DumpBoard): ImageOf<'dfu'> {
  const [first] = board.regions;
  return openDfuElements(file, board, [{ address: first?.start ?? 0, data: file.data }]);
}

/** Opens bytes at addresses as the internal flash of a board. Throws a `Failure` for addresses that it does not have. */
export function openDfuElements(file: ImageFile, board: DumpBoard, elements: readonly DfuElement[]): ImageOf<'dfu'> {
  const { name } = file;
  for (const { address, data } of elements) {
    const inside = board.regions.some(
      (region) => address >= region.start && address + data.length <= region.start + board.size,
    );
    if (inside) continue;
    const size = `${bytes(data.length)} at ${hex(address)}`;
    throw imageFailure('flash-image-too-large', name, { size, holder: `the ${board.name}`, limit: bytes(board.size) });
  }
  const parts = elements.filter(({ data }) => data.length > 0);
  const image = board.regions.flatMap((region) =>
    imageWithin(
      parts.map((part) => ({ region: region.id, ...part })),
      regionRange(region),
    ),
  );
  const flash = dfuFlash(board, image);
  const held = image.map(segmentRange);
  const missing = board.regions.flatMap((region) => without(regionRange(region), held));
  const left =
    missing.length === 0
      ? []
      : [{ name: 'Not in the file', value: `${missing.map(span).join(', ')}: shown as erased` }];
  const identity = {
    family: 'dfu',
    chip: board.name,
    revision: '',
    key: null,
    facts: [{ name: 'File', value: name }, ...left, ...(file.facts ?? [])],
    file: { name, size: file.data.length },
  };
  const device = new DfuImage({ flash, identity, file: flashFile(name, flash, dfuChanges(board)) }, board);
  return { kind: 'dfu', family: dfuFamily, device };
}

/** The boards that a dump of `size` bytes may be of, those whose flash has exactly this size first. */
export function boardsOfSize(size: number): ImageOption[] {
  // A dump of a Particle board is recognised by its bootloader, so it is less likely here.
  const rank = (board: DumpBoard) => (board.size === size ? 0 : 2) + (board.profile.modular ? 1 : 0);
  return DUMP_BOARDS.filter((board) => board.size >= size)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(asOption);
}

/** A board as an answer. */
function asOption({ id, name }: DumpBoard): ImageOption {
  return { name, choice: { board: id } };
}

/** The board of a DfuSe file, by the USB ids in it; a question where several boards have them, or none does. */
export function boardOfDevice(device: DfuFileDevice): DumpBoard | ImageQuestion {
  const { vendorId, productId } = device;
  const own = DUMP_BOARDS.filter((board) => board.vendorId === vendorId && board.productId === productId);
  const [only, ...more] = own;
  if (only !== undefined && more.length === 0) return only;
  const says =
    only === undefined
      ? unknownDevice(device)
      : 'The file does not say which chip it is from: all with ST’s boot ROM have the same USB ids.';
  return { kind: 'question', asks: 'board', says, options: (only === undefined ? DUMP_BOARDS : own).map(asOption) };
}

function unknownDevice({ vendorId, productId }: DfuFileDevice): string {
  return vendorId === null || productId === null
    ? 'The file is for any USB device: it does not say which board it is from.'
    : `No board that can be opened here has the USB id ${usbId({ vendorId, productId })}, which the file names.`;
}

/** The flash of a board with an STM32; what its file holds lies at the addresses of its memory. */
export function dfuFlash({ regions, memory }: DumpBoard, file: Image): ImageFlash {
  return new ImageFlash({ regions }, file, (region) => neverWritten(memory, region));
}

/** A board in DFU mode, as far as a dump of its flash is one. */
class DfuImage extends ImageTarget implements DfuDevice {
  constructor(
    parts: ImageParts,
    private readonly board: DumpBoard,
  ) {
    super(parts);
  }

  get dfu(): DfuDevice['dfu'] {
    const { vendorId, productId, memory } = this.board;
    return {
      vendorId,
      productId,
      serial: null,
      settings: [{ number: 0, name: null, memory }],
      quirks: [],
      transferSize: GLANCE,
      commands: null,
      readProtected: false,
      unlockMs: null,
    };
  }
}

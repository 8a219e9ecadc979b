/** Changes the flash settings in a bootloader header and updates the image's hash. */
import type { Segment } from '../../flash/image.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { HeaderEdit, HeaderOption } from '../boot/bootloader-header.ts';
import { frequencyOptions, headerEdit, modeOptions, sizeOptions } from '../boot/bootloader-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import { REGION } from '../loader/target.ts';

/** Changed bytes of an image; `at` is relative to the image's start. */
interface Patch {
  readonly at: number;
  readonly data: Uint8Array;
}

// esp_image_header_t: byte 2 is the mode; byte 3 has the size in the high nibble and the frequency in the low one.
const MODE_AT = 2;
const SIZE_AT = 3;
const SHA256_SIZE = 32;

/** The bytes that a header edit changes: the two header bytes, and the hash at the image's end if there is one. */
function patchesFor(data: Uint8Array, { size, mode, frequency }: HeaderEdit): Patch[] {
  const [before = 0, packed = 0] = [data[MODE_AT], data[SIZE_AT]];
  const after = Uint8Array.of(
    mode?.code ?? before,
    ((size?.code ?? packed >> 4) << 4) | (frequency?.code ?? packed & 0xf),
  );
  if (after[0] === before && after[1] === packed) return [];
  const read = readAppImage(data, HASHES, { in: 'file', name: '' });
  // The hash of an image that cannot be parsed to its end cannot be located; it would not start anyway.
  if (read.kind !== 'image' || read.image.length === null || read.image.length > data.length) return [];
  const head = { at: MODE_AT, data: after };
  if (!read.image.header.hashAppended) return [head];
  // The checksum covers only the segments, so it does not change.
  const hashed = data.slice(0, read.image.length - SHA256_SIZE);
  hashed.set(after, MODE_AT);
  return [head, { at: hashed.length, data: HASHES.sha256(hashed) }];
}

/** `segments` with the chosen settings applied to the header of the bootloader at `address`. */
export function withHeader(segments: readonly Segment[], address: number, board: EspInspection): Segment[] {
  const edit = headerEdit(board);
  return segments.flatMap((segment) => {
    const end = segment.address + segment.data.length;
    if (edit === null || address < segment.address || address >= end) return [segment];
    const from = address - segment.address;
    const patches = patchesFor(segment.data.subarray(from), edit);
    return patched(
      segment,
      patches.map(({ at, data }) => ({ at: from + at, data })),
    );
  });
}

/** A segment with some of its bytes replaced, split into views of the old bytes and the new ones, without a copy. */
function patched(segment: Segment, patches: readonly Patch[]): Segment[] {
  const pieces: Segment[] = [];
  let done = 0;
  const add = (at: number, data: Uint8Array) => pieces.push({ ...segment, address: segment.address + at, data });
  for (const { at, data } of patches) {
    add(done, segment.data.subarray(done, at));
    add(at, data);
    done = at + data.length;
  }
  add(done, segment.data.subarray(done));
  return pieces.filter(({ data }) => data.length > 0);
}

/** Segments that change the header of the bootloader on the board; empty if nothing changes or it was not read. */
export function headerSegments(board: EspInspection): Segment[] {
  const { address, data } = board.esp.bootloader;
  const edit = headerEdit(board);
  if (edit === null || data === null) return [];
  const why = 'the bootloader header is changed, and its SHA-256 is updated';
  return patchesFor(data, edit).map((patch) => ({
    region: REGION,
    address: address + patch.at,
    data: patch.data,
    why,
  }));
}

/** What changes in the header of the bootloader on the board, as `flash size 2 MiB → 4 MiB`; empty if nothing does or it was not read. */
export function headerChanges(board: EspInspection): string {
  const { data } = board.esp.bootloader;
  const edit = headerEdit(board);
  if (edit === null || data === null || patchesFor(data, edit).length === 0) return '';
  const [mode = 0, packed = 0] = [data[MODE_AT], data[SIZE_AT]];
  const { chip } = board.identity;
  const fields: readonly [name: string, option: HeaderOption | null, now: number, all: readonly HeaderOption[]][] = [
    ['flash size', edit.size, packed >> 4, sizeOptions(chip, null)],
    ['flash mode', edit.mode, mode, modeOptions()],
    ['flash frequency', edit.frequency, packed & 0xf, frequencyOptions(chip)],
  ];
  const said = fields.flatMap(([name, option, now, all]) => {
    if (option === null || option.code === now) return [];
    const before = all.find(({ code }) => code === now)?.name ?? `unknown (${now})`;
    return [`${name} ${before} → ${option.name}`];
  });
  return said.join(', ');
}

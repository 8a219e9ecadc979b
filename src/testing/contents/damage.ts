/** Damaged images of every format, by number: cut off and erased at each block, then changed at random. The same in every run. */
import { FAT_RECORDS, fatImage, nameOf } from './fat-images.ts';
import { LITTLEFS_IMAGES, littleFsImage } from './littlefs-images.ts';
import { nvsVectors } from './nvs-images.ts';
import { SPIFFS_IMAGES, spiffsImage } from './spiffs-images.ts';
import { randomWords } from '../../virtual-boards/esp/firmware/random.ts';

/** The formats whose images are damaged, by the names that `ContentFormat.id` has. */
export const DAMAGED_FORMATS = ['nvs', 'littlefs', 'spiffs', 'fat'] as const;

/** One of them. */
export type DamagedFormat = (typeof DAMAGED_FORMATS)[number];

/** A damaged image, and what it was before. */
export interface DamagedImage {
  /** The image that it was made from, and how: `aged-idf-64k, erased from 0x3000`. */
  readonly name: string;
  readonly image: Uint8Array;
  readonly original: Uint8Array;
}

/** The size of what is cut and erased: an erase unit, in bytes. */
const BLOCK = 0x1000;
/** Larger images say nothing that smaller ones do not, and take their size in time; in bytes. */
const LARGEST = { cut: 0x80000, changed: 0x20000 };

interface Named {
  readonly name: string;
  readonly image: Uint8Array;
}

const LOADERS: Readonly<Record<DamagedFormat, () => readonly Named[]>> = {
  nvs: nvsVectors,
  littlefs: () => LITTLEFS_IMAGES.map((name) => ({ name, image: littleFsImage(name) })),
  spiffs: () => SPIFFS_IMAGES.map((name) => ({ name, image: spiffsImage(name) })),
  fat: () => FAT_RECORDS.map(nameOf).map((name) => ({ name, image: fatImage(name) })),
};
const loaded = new Map<DamagedFormat, readonly Named[]>();

function imagesOf(format: DamagedFormat): readonly Named[] {
  const own = loaded.get(format) ?? LOADERS[format]().filter(({ image }) => image.length <= LARGEST.cut);
  loaded.set(format, own);
  return own;
}

/** How many of the inputs of a format are cuts: each image at each block, once cut off and once erased from there. */
export function cutsOf(format: DamagedFormat): number {
  return imagesOf(format).reduce((sum, { image }) => sum + 2 * Math.ceil(image.length / BLOCK), 0);
}

/** The input with this number: first the cuts, then random changes. */
export function damagedImage(format: DamagedFormat, number: number): DamagedImage {
  let left = number;
  for (const each of imagesOf(format)) {
    const blocks = Math.ceil(each.image.length / BLOCK);
    if (left < 2 * blocks) return cut(each, Math.floor(left / 2) * BLOCK, left % 2 === 0);
    left -= 2 * blocks;
  }
  const smaller = imagesOf(format).filter((each) => each.image.length <= LARGEST.changed);
  return changed(smaller, number);
}

function cut({ name, image }: Named, at: number, off: boolean): DamagedImage {
  const how = `${name}, ${off ? 'cut off at' : 'erased from'} 0x${at.toString(16)}`;
  return { name: how, image: off ? image.slice(0, at) : image.slice().fill(0xff, at), original: image };
}

function changed(images: readonly Named[], number: number): DamagedImage {
  const draw = draws(number);
  const from = images[draw(images.length)];
  if (from === undefined) throw new RangeError('there are no images');
  const image = from.image.slice();
  const [first] = draw(2) === 0 ? [0] : [draw(image.length)];
  for (let left = 1 + draw(8); left > 0; left--) {
    // Heads of blocks, and what lies near each other, are met more often than the rest.
    const anywhere = [draw(image.length), draw(image.length / BLOCK) * BLOCK + draw(64), first + draw(256)];
    const at = (anywhere[draw(3)] ?? 0) % image.length;
    change(image, at, draw);
  }
  return { name: `${from.name}, changed by ${number}`, image, original: from.image };
}

function change(image: Uint8Array, at: number, draw: (below: number) => number): void {
  const block = at - (at % BLOCK);
  switch (draw(8)) {
    case 0:
      return void image.fill([0, 0xff, draw(256)][draw(3)] ?? 0, at, at + draw(512));
    case 1:
      // A block in a second place is what loops and shared folders are made of.
      return void image.copyWithin(block, draw(image.length / BLOCK) * BLOCK, (draw(image.length / BLOCK) + 1) * BLOCK);
    case 2:
      return void image.fill(0xff, block, block + BLOCK);
    case 3:
      // A write that was cut clears only some of the bits.
      image[at] = (image[at] ?? 0) & draw(256);
      return;
    case 4:
      image[at] = [0, 0xff, 0x80, 0xfc, 0xf8, 1][draw(6)] ?? 0;
      return;
    default:
      image[at] = draw(256);
  }
}

/** Numbers below a limit, the same for the same seed. */
function draws(seed: number): (below: number) => number {
  const next = randomWords(seed);
  return (below) => next() % Math.max(1, Math.floor(below));
}

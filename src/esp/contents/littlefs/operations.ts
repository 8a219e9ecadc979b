/** Changes of files and folders in a loaded LittleFS. Each returns why it cannot be done, or null. */
import type { Refusal } from '../../../flash/finding.ts';
import { viewOf } from '../../../formats/binary.ts';
import { contentRefusal } from '../refusals.ts';
import { blocksFor } from './ctz.ts';
import type { Struct } from './log.ts';
import { REFUSAL_PLACE, namesIn, tooLarge } from './names.ts';
import type { LittleFsParameters, TimeStyle } from './parameters.ts';
import { TYPE } from './tags.ts';
import { MICROPYTHON_TIME, TIME } from './tree.ts';
import type { Place, Volume, WritablePair, WritableSlot } from './volume.ts';
import { twoWords } from './volume.ts';

/** Attributes by type; null deletes one. */
export type Attributes = ReadonlyMap<number, Uint8Array | null>;

/** The attribute that holds a time in ms since 1970; null deletes it. */
export function timeAttribute(style: TimeStyle, modified: number | null): Attributes {
  const type = style === 'nanoseconds-8' ? MICROPYTHON_TIME : TIME;
  if (modified === null || !Number.isFinite(modified)) return new Map([[type, null]]);
  const data = new Uint8Array(style === 'seconds-4' ? 4 : 8);
  const seconds = Math.floor(modified / 1000);
  if (style === 'seconds-4') viewOf(data).setUint32(0, seconds >>> 0, true);
  else if (style === 'seconds-8') viewOf(data).setBigInt64(0, BigInt(seconds), true);
  else viewOf(data).setBigInt64(0, BigInt(Math.floor(modified)) * 1_000_000n, true);
  return new Map([[type, data]]);
}

/** Whether a file lies in metadata. */
export function isInline(size: number, { inlineMax }: LittleFsParameters): boolean {
  return size <= inlineMax;
}

const isRefusal = (value: WritablePair | Refusal): value is Refusal => 'says' in value;

function noRoom(volume: Volume, what: string, blocks: number): Refusal {
  const { blockSize } = volume.parameters;
  return tooLarge(what, blocks * blockSize, volume.freeBlocks * blockSize);
}

/** Adds an empty folder to another one. */
function addFolder(volume: Volume, parent: WritablePair, name: Uint8Array, path: string): WritablePair | Refusal {
  const last = volume.chain(parent).at(-1) ?? parent;
  const pair = volume.addPair(last, false);
  if (pair === null) return noRoom(volume, path, 2);
  const struct: Struct = { type: TYPE.folderStruct, data: twoWords(pair.active, pair.spare) };
  volume.insert(volume.find(parent, name), { name, type: TYPE.folder, struct, attributes: new Map() });
  return pair;
}

/** The folder of this name in another one, or a new one. */
function enter(
  volume: Volume,
  parent: WritablePair,
  name: Uint8Array,
  path: string,
  make: boolean,
): WritablePair | Refusal {
  const { slot } = volume.find(parent, name);
  if (slot === null)
    return make ? addFolder(volume, parent, name, path) : contentRefusal('no-such-file', REFUSAL_PLACE, { path });
  const shown = new TextDecoder().decode(name);
  return volume.folderOf(slot) ?? contentRefusal('file-exists', REFUSAL_PLACE, { path: `A file named ${shown}` });
}

/** The folder that these names lead to. */
function folderAt(volume: Volume, names: readonly Uint8Array[], path: string, make: boolean): WritablePair | Refusal {
  let folder = volume.root;
  for (const name of names) {
    const next = enter(volume, folder, name, path, make);
    if (isRefusal(next)) return next;
    folder = next;
  }
  return folder;
}

/** A path taken apart: its folder and its last name. */
function locate(volume: Volume, path: string, make: boolean): { folder: WritablePair; name: Uint8Array } | Refusal {
  const names = namesIn(path, volume.parameters.nameMax);
  if ('says' in names) return names;
  const folder = folderAt(volume, names.slice(0, -1), path, make);
  if (isRefusal(folder)) return folder;
  return { folder, name: names.at(-1) ?? new Uint8Array(0) };
}

/** An existing entry, with the folder that holds it. */
function existing(volume: Volume, path: string): { place: Place; slot: WritableSlot; folder: WritablePair } | Refusal {
  const at = locate(volume, path, false);
  if ('says' in at) return at;
  const { slot, pair, index } = volume.find(at.folder, at.name);
  if (slot === null) return contentRefusal('no-such-file', REFUSAL_PLACE, { path });
  return { place: { pair, index }, slot, folder: at.folder };
}

/** Makes a folder, and those that it is in; one that exists stays as it is. */
export function makeFolder(volume: Volume, path: string): Refusal | null {
  const at = locate(volume, path, true);
  if ('says' in at) return at;
  const folder = enter(volume, at.folder, at.name, path, true);
  return isRefusal(folder) ? folder : null;
}

/** Sets attributes of a file, a folder or, for `/`, the root directory. */
export function setAttributes(volume: Volume, path: string, attributes: Attributes): Refusal | null {
  let place: Place = { pair: volume.root, index: 0 };
  if (path !== '/') {
    const found = existing(volume, path);
    if ('says' in found) return found;
    place = found.place;
  }
  for (const [type, data] of attributes) volume.setAttribute(place, type, data);
  return null;
}

/** Adds a file, or gives one another content; folders that are missing are made. */
export function writeFile(volume: Volume, path: string, data: Uint8Array, attributes: Attributes): Refusal | null {
  const { parameters } = volume;
  if (data.length > parameters.fileMax) return tooLarge(path, data.length, parameters.fileMax);
  const at = locate(volume, path, true);
  if ('says' in at) return at;
  const { slot } = volume.find(at.folder, at.name);
  if (slot !== null && slot.type !== TYPE.file) return contentRefusal('file-exists', REFUSAL_PLACE, { path });
  const old = slot === null || slot.struct === null ? [] : volume.blocksOf(slot.struct, path);
  let struct: Struct | null = { type: TYPE.inlineStruct, data: data.slice(0, parameters.inlineMax) };
  if (!isInline(data.length, parameters)) {
    const needed = blocksFor(data.length, parameters.blockSize);
    // The old content stays on flash as long as there is room beside it.
    const first = needed > volume.freeBlocks;
    if (first) volume.release(old);
    struct = volume.writeBlocks(data);
    if (struct === null) return noRoom(volume, path, needed);
    if (!first) volume.release(old);
  } else {
    volume.release(old);
  }
  const place = volume.find(at.folder, at.name);
  if (slot === null) volume.insert(place, { name: at.name, type: TYPE.file, struct, attributes: new Map() });
  else volume.setStruct(place, struct);
  for (const [type, value] of attributes) volume.setAttribute(place, type, value);
  return null;
}

/** Gives up what is in a folder, and in the folders in it. */
function releaseContent(volume: Volume, slot: WritableSlot, path: string): void {
  const head = volume.folderOf(slot);
  if (head === null) {
    if (slot.struct !== null) volume.release(volume.blocksOf(slot.struct, path));
    return;
  }
  for (const { slots } of volume.chain(head)) for (const inner of slots) releaseContent(volume, inner, path);
  volume.unlinkFolder(head);
}

/** Deletes a file, or a folder with everything in it. */
export function deleteEntry(volume: Volume, path: string): Refusal | null {
  const found = existing(volume, path);
  if ('says' in found) return found;
  releaseContent(volume, found.slot, path);
  volume.remove(found.place);
  return null;
}

/** Gives a file or folder another name or place, with its attributes. */
export function renameEntry(volume: Volume, path: string, to: string): Refusal | null {
  const found = existing(volume, path);
  if ('says' in found) return found;
  if (to === path) return null;
  if (to.startsWith(`${path}/`)) {
    const why = 'a folder cannot be put into itself';
    return contentRefusal('bad-file-name', REFUSAL_PLACE, { path: to, format: 'LittleFS', why });
  }
  const at = locate(volume, to, true);
  if ('says' in at) return at;
  if (volume.find(at.folder, at.name).slot !== null) return contentRefusal('file-exists', REFUSAL_PLACE, { path: to });
  // Folders made for it may have moved it.
  const source = existing(volume, path);
  if ('says' in source) return source;
  volume.remove(source.place);
  volume.insert(volume.find(at.folder, at.name), { ...source.slot, name: at.name });
  return null;
}

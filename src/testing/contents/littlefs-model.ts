/** What files a LittleFS should hold after edits, worked out without any format; and random edits that are possible. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { openLittleFs } from '../../esp/contents/littlefs/read.ts';
import type { FileEdit } from '../../esp/contents/file-system.ts';
import { hexOf } from '../../formats/binary.ts';
import { countedBytes } from './littlefs-vectors.ts';

/** A file's or folder's content, time in ms, and attributes of other kinds. */
interface Node {
  readonly data: Uint8Array | null;
  readonly modified: number | null;
  readonly others: string;
}

/** Files and folders by path; folders have no data. */
export type Model = Map<string, Node>;

const FOLDER: Node = { data: null, modified: null, others: '' };
const TIMES = [1, 0x74];

/** A model as comparable lines. */
export function linesOf(model: Model): string[] {
  const lines = [...model].map(([path, { data, modified, others }]) =>
    data === null
      ? `${path}/ ${others}`
      : `${path} ${data.length} ${modified} ${others} ${createHash('sha256').update(data).digest('hex')}`,
  );
  return lines.sort();
}

/** What our reader finds in an image. */
export async function modelOf(image: Uint8Array): Promise<Model> {
  const open = await openLittleFs(countedBytes(image));
  const model: Model = new Map();
  for (const { path, kind, modified, attributes } of open?.files?.entries ?? []) {
    const others = [...attributes].filter(([type]) => kind === 'folder' || !TIMES.includes(type));
    const text = others.map(([type, value]) => `${type}=${hexOf(value)}`).join(' ');
    const data = kind === 'file' ? ((await open?.readFile(path)) ?? null) : null;
    model.set(path, { data, modified: kind === 'file' ? modified : null, others: text });
  }
  return model;
}

/** A random edit before it is known what it can be applied to. */
export interface Draft {
  readonly kind: number;
  readonly which: number;
  readonly folder: number;
  readonly name: string;
  readonly size: number;
  readonly modified: number | null;
}

/** Random edits; names are few, so that they meet. */
export const drafts = fc.array(
  fc.record({
    kind: fc.nat(9),
    which: fc.nat(1000),
    folder: fc.nat(1000),
    name: fc.constantFrom(
      'a',
      'ab',
      'abc',
      'b',
      'index.html',
      'größe.txt',
      '文件',
      'n'.repeat(90),
      'log',
      'log/1',
      'log/2/x',
    ),
    size: fc.oneof(fc.nat(300), fc.nat(1200), fc.nat(9000)),
    modified: fc.option(fc.nat(2_000_000_000).map((seconds) => seconds * 1000)),
  }),
  { minLength: 1, maxLength: 12 },
);

function addParents(model: Model, path: string): void {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const parent = path.slice(0, at);
    if (!model.has(parent)) model.set(parent, FOLDER);
  }
}

/** Whether a path can be made: no file lies on the way, and it is no entry of another kind. */
function canMake(model: Model, path: string): boolean {
  if (path.split('/').length > 7) return false;
  return ![...model].some(([other, { data }]) => data !== null && path.startsWith(`${other}/`));
}

/** The edit that a draft comes to, applied to the model; null where it is not possible. */
export function applied(model: Model, { kind, which, folder, name, size, modified }: Draft): FileEdit | null {
  const paths = [...model.keys()];
  const folders = ['', ...paths.filter((path) => model.get(path)?.data === null)];
  const path = `${folders[folder % folders.length] ?? ''}/${name}`;
  const chosen = paths[which % Math.max(1, paths.length)];
  const below = (parent: string): string[] => paths.filter((one) => one === parent || one.startsWith(`${parent}/`));
  if (kind < 5) {
    const target = kind === 0 && chosen !== undefined ? chosen : path;
    const old = model.get(target);
    if (!canMake(model, target) || old?.data === null) return null;
    const data = Uint8Array.from({ length: size }, (_, i) => (which + i * 7 + (i >> 8)) & 0xff);
    addParents(model, target);
    model.set(target, { data, modified, others: old?.others ?? '' });
    return { edit: 'write-file', path: target, data, modified };
  }
  if (kind === 5) {
    if (!canMake(model, path) || (model.get(path) ?? FOLDER).data !== null) return null;
    addParents(model, path);
    if (!model.has(path)) model.set(path, FOLDER);
    return { edit: 'make-folder', path };
  }
  if (chosen === undefined) return null;
  if (kind < 8) {
    for (const one of below(chosen)) model.delete(one);
    return { edit: 'delete-file', path: chosen };
  }
  if (!canMake(model, path) || model.has(path) || path.startsWith(`${chosen}/`)) return null;
  addParents(model, path);
  for (const one of below(chosen)) {
    const node = model.get(one);
    model.delete(one);
    if (node !== undefined) model.set(path + one.slice(chosen.length), node);
  }
  return { edit: 'rename-file', path: chosen, to: path };
}

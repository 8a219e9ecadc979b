/** Rewrites the files of a file system: into another format, all of them or none, or what can be read of a damaged one. */
import { Failure } from '../../flash/failure.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import type { FileSystemCodec, NewFile, OpenFileSystem, Rewritten } from './file-system.ts';
import { contentRefusal } from './refusals.ts';
import { imageBytes } from '../../flash/partition-contents.ts';

/**
 * The files and folders of a file system with their content, each path once; the failure of the first that cannot be read, unless
 * `givesUp` leaves that file out.
 */
export async function filesOf(
  { tree, readFile }: OpenFileSystem,
  yieldNow: YieldNow,
  givesUp: (path: string, failure: Failure) => boolean = () => false,
): Promise<NewFile[] | Failure> {
  const files = new Map<string, NewFile>();
  for (const { path, kind, modified } of tree.entries) {
    // A power cut can leave a name twice; reading takes the one that is whole.
    if (files.has(path)) continue;
    const data = kind === 'folder' ? new Uint8Array(0) : await readFile(path).catch(failureIn);
    if (!(data instanceof Failure)) files.set(path, { path, kind, data, modified });
    else if (!givesUp(path, data)) return data;
    await yieldNow();
  }
  return [...files.values()];
}

function failureIn(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

/**
 * A new file system of another format with the same files, which fills `size` bytes. Refused if a file cannot be read, if names
 * cannot be kept there, which are all listed, or if the files do not fit.
 */
export async function converted<P>(
  from: OpenFileSystem,
  to: FileSystemCodec<P>,
  size: number,
  yieldNow: YieldNow,
): Promise<Rewritten> {
  const files = await filesOf(from, yieldNow);
  if (files instanceof Failure) {
    const { says, place = { in: 'device' } } = files.facts;
    const values = { format: from.tree.format, why: says.replace(/\.$/, '') };
    return { refusal: contentRefusal('contents-damaged', place, values) };
  }
  return to.build(files, size, to.usualParameters(size), yieldNow);
}

/** What was saved, and the paths of what was not. */
export type Salvaged = Rewritten & { readonly lost?: readonly string[] };

/** A new file system of the same format and parameters in as many bytes. Of a file's attributes only its date is kept. */
export async function salvaged<P>(
  image: Uint8Array,
  codec: FileSystemCodec<P>,
  format: string,
  yieldNow: YieldNow,
): Promise<Salvaged> {
  const opened = await codec.open(imageBytes(image), yieldNow);
  if (opened === null) {
    const why = 'it has no start from which its files could be read';
    return { refusal: contentRefusal('contents-damaged', { in: 'device' }, { format, why }) };
  }
  const lost = new Set<string>();
  const files = await filesOf(opened, yieldNow, (path, { facts }) => {
    if (facts.kind === 'refused') lost.add(path);
    return facts.kind === 'refused';
  });
  if (files instanceof Failure) throw files;
  for (const { path } of files) lost.delete(path);
  const parameters = (await codec.parametersOf(image)) ?? codec.usualParameters(image.length);
  const built = await codec.build(files, image.length, parameters, yieldNow);
  return { ...built, lost: [...lost] };
}

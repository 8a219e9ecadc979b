/** Writes a damaged file system anew with every file that can be read; the others are given up, by name. */
import { Failure } from '../../flash/failure.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import type { FileSystemCodec, NewFile, Rewritten } from './file-system.ts';
import { imageBytes } from '../../flash/image-bytes.ts';
import { contentRefusal } from './refusals.ts';

/** What was saved, and the paths of what was not. */
export type Salvaged = Rewritten & { readonly lost?: readonly string[] };

/** A new file system of the same format and parameters in as many bytes. Of a file's attributes only its date is kept. */
export async function salvaged<P>(
  image: Uint8Array,
  codec: FileSystemCodec<P>,
  format: string,
  yieldNow: YieldNow,
): Promise<Salvaged> {
  const opened = await codec.open(imageBytes(image));
  if (opened === null) {
    const why = 'it has no start from which its files could be read';
    return { refusal: contentRefusal('contents-damaged', { in: 'device' }, { format, why }) };
  }
  const files = new Map<string, NewFile>();
  const lost = new Set<string>();
  for (const { path, kind, modified } of opened.tree.entries) {
    // A power cut can leave a name twice: the one that can be read counts.
    if (files.has(path)) continue;
    const data = kind === 'folder' ? new Uint8Array() : await opened.readFile(path).catch(unreadable);
    if (data === null) lost.add(path);
    else files.set(path, { path, kind, data, modified });
    await yieldNow();
  }
  const parameters = (await codec.parametersOf(image)) ?? codec.usualParameters(image.length);
  const built = await codec.build([...files.values()], image.length, parameters, yieldNow);
  return { ...built, lost: [...lost].filter((path) => !files.has(path)) };
}

function unreadable(error: unknown): null {
  if (error instanceof Failure && error.facts.kind === 'refused') return null;
  throw error;
}

/** Writes a damaged file system anew with every file that can be read; the others are given up, by name. */
import { Failure } from '../../flash/failure.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { filesOf } from './convert.ts';
import type { FileSystemCodec, Rewritten } from './file-system.ts';
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

/** Dropped files as sources: read on demand, and only as much as is needed. */
import type { Cancel, FailureFacts, FailureWords } from '../flash/failure.ts';
import { factsOf, failures, unlessStopped } from '../flash/failure.ts';
import type { Source, Unpacked } from '../flash/dropped-file.ts';
import { plainName } from '../flash/names.ts';
import type { Intent, PageIntent, PickedFile } from './intents.ts';

/** The register of failures in reading files of this computer. */
export const SOURCE_FAILURES = {
  'file-unreadable': {
    kind: 'refused',
    says: (v) => `${v['file']} can no longer be read: it was changed, moved or deleted after you chose it.`,
    next: (_, at) =>
      `Check that it is still there and, if it is on a network drive or USB stick, that the drive is still connected. Then ${at.again}.`,
  },
  'unpacking-stopped': {
    kind: 'stopped',
    says: (v) => `${v['file']} was not read completely, because you stopped it. None of it is used.`,
    next: (_, at) => `To use it, ${at.again}.`,
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the failures in reading files of this computer. */
export const sourceFailure = failures(SOURCE_FAILURES);

/** A picked file as a source: each read takes its own slice from disk. */
export function blobSource({ path, blob }: PickedFile): Source {
  const readable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      // Browsers refuse to read a file that has changed since it was chosen (File API, "NotReadableError").
      const name = plainName(path);
      throw sourceFailure('file-unreadable', { values: { file: name }, place: { in: 'file', name }, cause });
    }
  };
  return {
    path,
    size: blob.size,
    read: async (from, to) => new Uint8Array(await readable(() => blob.slice(from, to).arrayBuffer())),
    whole: () => readable(() => wholeOf(blob)),
  };
}

/** The most bytes requested at once. */
const SLICE = 1 << 20;

/** All bytes of a blob, as far as it delivers them; each slice is read straight into its place, without another copy. */
async function wholeOf(blob: Blob): Promise<Uint8Array> {
  const reader = blob.stream().getReader({ mode: 'byob' });
  // Each read transfers the buffer to the stream, and it comes back as a new object.
  let bytes = new Uint8Array(blob.size);
  for (let at = 0; at < bytes.length;) {
    const { value, done } = await reader.read(bytes.subarray(at, at + SLICE));
    if (value !== undefined) {
      bytes = new Uint8Array(value.buffer);
      at += value.length;
    }
    if (done) return bytes.subarray(0, at);
  }
  await reader.cancel();
  return bytes;
}

/** Bytes in memory as a source. */
export function bytesSource(path: string, data: Uint8Array): Source {
  const read = (from: number, to: number) => Promise.resolve(data.subarray(from, to));
  return { path, size: data.length, read, whole: () => Promise.resolve(data) };
}

/** The page's intent in the form that the session takes. */
export function withSources(intent: PageIntent): Intent {
  if (intent.do === 'compare') return { ...intent, file: intent.file && blobSource(intent.file) };
  return intent.do === 'add-files' ? { ...intent, files: intent.files.map(blobSource) } : intent;
}

/** What was unpacked, or why it could not be. Rejects with the failure `stopped` as soon as that is requested. */
export async function unpackedOrWhy(
  cancel: Cancel,
  unpack: () => Promise<Unpacked>,
): Promise<{ readonly unpacked: Unpacked | null; readonly failure: FailureFacts | null }> {
  try {
    return { unpacked: await unlessStopped(cancel, unpack()), failure: null };
  } catch (error) {
    const failure = factsOf(error);
    if (failure.kind === 'stopped') throw error;
    return { unpacked: null, failure };
  }
}

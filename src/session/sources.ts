/** Dropped files as sources: read where they are needed, and only as much of them as is needed. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';
import type { Source } from '../flash/family.ts';
import type { Intent, PageIntent, PickedFile } from './state.ts';

/** The register of what goes wrong in reading files of this computer. */
export const SOURCE_FAILURES = {
  'file-unreadable': {
    kind: 'refused',
    says: (v) => `${v['file']} cannot be read any more: it was changed, moved or deleted after it was chosen.`,
    next: 'Take it away and choose it again. If it is on a network or a stick, is that still there?',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(SOURCE_FAILURES);

/** A picked file as a source: each read takes its own slice from the disk. */
export function blobSource({ path, blob }: PickedFile): Source {
  return {
    path,
    size: blob.size,
    read: async (from, to) => {
      try {
        return new Uint8Array(await blob.slice(from, to).arrayBuffer());
      } catch (cause) {
        // Browsers refuse to read a file that has changed since it was chosen (File API, "NotReadableError").
        throw fail('file-unreadable', { values: { file: path }, place: { in: 'file', name: path }, cause });
      }
    },
  };
}

/** Bytes that are at hand already, as a source. */
export function bytesSource(path: string, data: Uint8Array): Source {
  return { path, size: data.length, read: (from, to) => Promise.resolve(data.subarray(from, to)) };
}

/** What the page said, as the session takes it. */
export function withSources(intent: PageIntent): Intent {
  return intent.do === 'add-files' ? { ...intent, files: intent.files.map(blobSource) } : intent;
}

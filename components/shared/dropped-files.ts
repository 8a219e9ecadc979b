/** Dropped files and folders as paths with their files. Nothing is read here. */
import type { PickedFile } from '../../src/session/intents.ts';

/** The most files accepted at once: a build folder has a few thousand. */
export const MOST_FILES = 20_000;

/** The content of a drop: files with their paths, or the name of the folder that holds too many. */
export type Dropped =
  | { readonly kind: 'files'; readonly files: readonly PickedFile[] }
  | { readonly kind: 'too-many'; readonly name: string };

/** A file of an `<input type="file">`, with its path below the chosen folder. */
export function pickedFile(file: File): PickedFile {
  return { path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, blob: file };
}

/** The entries of a drop. Must be called in the event handler: a browser discards them after the event. */
export function entriesOf(transfer: DataTransfer): (FileSystemEntry | File)[] {
  return [...transfer.items].flatMap((item) => {
    if (item.kind !== 'file') return [];
    const entry: FileSystemEntry | File | null = item.webkitGetAsEntry() ?? item.getAsFile();
    return entry === null ? [] : [entry];
  });
}

/** Lists all files below the entries; rejects if a folder cannot be listed. */
export async function filesBelow(entries: readonly (FileSystemEntry | File)[]): Promise<Dropped> {
  const files: PickedFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) files.push(pickedFile(entry));
    else {
      for (const queue = [entry]; queue.length > 0;) {
        const next = queue.shift();
        if (next === undefined) break;
        if (isFile(next)) files.push({ path: next.fullPath.replace(/^\//, ''), blob: await fileOf(next) });
        else if (isFolder(next)) queue.push(...(await childrenOf(next)));
        if (files.length + queue.length > MOST_FILES) return { kind: 'too-many', name: entry.name };
      }
    }
  }
  return { kind: 'files', files };
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A browser returns them in batches of a hundred or so; the last one is empty.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return children;
    children.push(...portion);
  }
}

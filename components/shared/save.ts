import type { SavedFile } from '../../src/flash/family.ts';

/** How long a download may take to start, in ms. */
const REVOKE_MS = 60_000;

/** Downloads bytes or text as a file. */
export function save(name: string, content: Uint8Array | string, type: string): void {
  const part = typeof content === 'string' ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A busy browser starts the download some time after the click, and a URL revoked before that fails silently.
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}

/** Downloads a file that the board offers for saving. */
export function saveFile({ name, data }: SavedFile): void {
  const type =
    typeof data !== 'string' ? 'application/octet-stream' : name.endsWith('.csv') ? 'text/csv' : 'text/plain';
  save(name, data, type);
}

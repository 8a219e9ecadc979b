import type { SavedFile } from '../../src/flash/family.ts';

/** How long a download may take to begin, in ms. */
const REVOKE_MS = 60_000;

/** Hands bytes or text to the person as a downloaded file. */
export function save(name: string, content: Uint8Array | string, type: string): void {
  const part = typeof content === 'string' ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A busy browser begins the download some time after the click, and what is revoked by then is lost without a word.
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}

/** Hands a file that is offered for saving to the person. */
export function saveFile({ name, data }: SavedFile): void {
  const type =
    typeof data !== 'string' ? 'application/octet-stream' : name.endsWith('.csv') ? 'text/csv' : 'text/plain';
  save(name, data, type);
}

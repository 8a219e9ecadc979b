/** How sentences and findings name a file of unknown origin. */
import type { DroppedFile } from '../flash/family.ts';
import type { Place } from '../flash/finding.ts';
import { textOf } from './binary.ts';

const encoder = new TextEncoder();

/** A file's name for a sentence: characters that could disguise it are replaced. */
export function shown(file: Pick<DroppedFile, 'name'>): string {
  return textOf(encoder.encode(file.name.replaceAll('\0', '\uFFFD'))) || 'The file';
}

/** A file as the place of a finding or refusal; `offset` in bytes. */
export function inFile(file: Pick<DroppedFile, 'name'>, offset?: number): Place {
  return { in: 'file', name: file.name, ...(offset !== undefined && { offset }) };
}

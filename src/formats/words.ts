/** How sentences name files and images: the same words for a file and for what a board holds. */
import { bytes } from '../flash/finding.ts';
import { isUnset } from '../flash/identity.ts';
import type { AppDescription, AppHeader } from './app-header.ts';
import type { DroppedFile } from '../flash/dropped-file.ts';
import type { Place } from '../flash/finding.ts';
import { textOf } from './binary.ts';

/** The project name in every app that links arduino-esp32's prebuilt libraries (esp32-arduino-lib-builder): no sketch's own. */
const ARDUINO_PROJECT = 'arduino-lib-builder';

/** The chip that a header names, for a sentence: `the ESP32`, or `an unknown chip (1384)`. */
export function chipWords({ chip }: AppHeader): string {
  return chip.name === null ? `an unknown chip (${chip.id})` : `the ${chip.name}`;
}

/** Whether a description is that of arduino-esp32's libraries, not of the sketch. */
export function isArduino({ project }: AppDescription): boolean {
  return project === ARDUINO_PROJECT;
}

/** An app's own name: `raft-demo 1.5.0`; null where its build gave it none, as Arduino's does. */
export function ownName(description: AppDescription): string | null {
  const { project, version } = description;
  if (isArduino(description) || isUnset(project)) return null;
  return version === '' ? project : `${project} ${version}`;
}

/** An app's name within a sentence: `raft-demo 1.5.0`, or `an Arduino sketch` or `an app without a name`. */
export function appName(description: AppDescription): string {
  return ownName(description) ?? (isArduino(description) ? 'an Arduino sketch' : 'an app without a name');
}

/** An app on a board within a sentence: `the app raft-demo 1.5.0`, `an Arduino sketch`, or `an app` where nothing describes it. */
export function appOnBoard(description: AppDescription | undefined): string {
  if (description === undefined) return 'an app';
  return ownName(description) === null ? appName(description) : `the app ${appName(description)}`;
}

/**
 * One sentence about an app. `file` is the name of the file that holds it, from which a sketch gets its name; omitted for an
 * app on a board.
 */
export function appSays(header: AppHeader, description: AppDescription, file?: string): string {
  const { project, idf } = description;
  if (isArduino(description)) {
    const sketch = file === undefined ? '' : sketchName(file);
    const name = sketch === '' ? 'An Arduino sketch' : `The Arduino sketch ${sketch}`;
    return `${name} for ${chipWords(header)}, built with arduino-esp32${idf === '' ? '' : ` on ESP-IDF ${idf}`}.`;
  }
  const name = isUnset(project) ? 'An app without a name' : `The app ${appName(description)}`;
  return `${name} for ${chipWords(header)}${idf === '' ? '' : `, made with ESP-IDF ${idf}`}.`;
}

/** A sketch's name by its file: `Blink` for `build/Blink.ino.bin`. */
function sketchName(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1);
  return base.replace(/\.(?:bin|elf|hex|uf2)$/i, '').replace(/\.ino$/i, '');
}

/** One sentence about a bootloader; `idf` is the version in its own description, null if it has none. */
export function bootloaderSays(header: AppHeader, idf: string | null): string {
  const { flashSize } = header;
  const size = flashSize.bytes === null ? 'an unknown flash size' : `${bytes(flashSize.bytes)} of flash`;
  return `A bootloader for ${chipWords(header)} and ${size}${idf === null || idf === '' ? '' : `, made with ESP-IDF ${idf}`}.`;
}

const encoder = new TextEncoder();

/** A file's name for a sentence: characters that could disguise it are replaced. */
export function shown(file: Pick<DroppedFile, 'name'>): string {
  return textOf(encoder.encode(file.name.replaceAll('\0', '\uFFFD'))) || 'The file';
}

/** A file as the place of a finding or refusal; `offset` in bytes. */
export function inFile(file: Pick<DroppedFile, 'name'>, offset?: number): Place {
  return { in: 'file', name: file.name, ...(offset !== undefined && { offset }) };
}

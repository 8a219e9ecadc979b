/**
 * The characters in what elements and registers say, which the typeface must have. Node reads the sources: as modules of a page
 * they took longer than all other imports of its tests together.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Test data, and a code page: what files may be called, which the face of the system shows. */
const OTHERS = /\.test\.ts$|^components\/gallery\/|^src\/esp\/contents\/fat\/names\.ts$/;

/** Every character outside of comments in the app's sources, once each. */
export function writtenCharacters(): string {
  const lines = ['components', 'src']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !OTHERS.test(path))
    .flatMap((path) => readFileSync(join(ROOT, path), 'utf8').split('\n'));
  return [...new Set(lines.filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line)).join(''))].join('');
}

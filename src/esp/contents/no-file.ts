/** The failure of reading a file that is not there. */
import { Failure } from '../../flash/failure.ts';
import { plainCharacters } from '../../flash/plain-name.ts';
import { contentRefusal } from './refusals.ts';

/** Rejects with the failure `no-such-file`: every format words it like this, and content without files answers nothing else. */
export function noFile(path: string): Promise<never> {
  const { kind, says, next, values } = contentRefusal(
    'no-such-file',
    { in: 'device' },
    { path: plainCharacters(path) },
  );
  return Promise.reject(new Failure({ name: kind, kind: 'refused', says, next, values }));
}

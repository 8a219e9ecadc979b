/** The failure of reading a file that is not there. */
import { Failure } from '../../flash/failure.ts';
import { contentRefusal } from './refusals.ts';

/** Rejects with the failure `no-such-file`: what content without files answers. */
export function noFile(path: string): Promise<never> {
  const { kind, says, next, values } = contentRefusal('no-such-file', { in: 'device' }, { path });
  return Promise.reject(new Failure({ name: kind, kind: 'refused', says, next, values }));
}

/** How work with a board failed. */
import type { FailureFacts } from '../../flash/failure.ts';
import { Failure } from '../../flash/failure.ts';

/** The facts of the failure that ends some work; throws if it ends well, or by an error without a name. */
export async function failureOf(work: Promise<unknown> | undefined): Promise<FailureFacts> {
  const error = await work?.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`not a failure: ${String(error)}`);
  return error.facts;
}

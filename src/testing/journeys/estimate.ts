/** For tests: a job whose estimate is compared with the time that it takes by the board's own clock. */
import { expect } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import type { AnySession } from '../esp/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';

/** Plans a file, agrees to all, and flashes it: the time that took as a share of its estimate. */
export async function share(session: AnySession & { connect(): Promise<void> }, data: Uint8Array): Promise<number> {
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('file.bin', data)] });
  const { asks, estimateMs } = workOf(session, 'planned');
  for (const { kind } of asks) await consent(session, kind);
  await flash(session);
  const { outcome, report } = workOf(session, 'ended');
  expect(outcome).toBe('verified');
  return report.timings.ms / estimateMs;
}

/** The verdict on a boot log that is there as a whole, for tests of what each log means. */
import { bootJudge } from '../../esp/boot/boot-verdict.ts';
import type { EspInspection } from '../../esp/board/inspection.ts';
import type { BootVerdict } from '../../flash/family.ts';
import type { Layout } from '../../flash/layout.ts';

/** The verdict on this text; `board` is passed where nothing more will come. */
export function bootVerdict(
  text: string,
  layout: Layout,
  expected: string | null,
  board?: Pick<EspInspection, 'identity'>,
): BootVerdict | null {
  const judge = bootJudge(layout, expected);
  const verdict = judge.hear(text);
  return board === undefined ? verdict : judge.end(board);
}

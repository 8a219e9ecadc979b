/** Digests of the flash beside a plan's writes, and the sentences on it once the job has ended. */
import type { Cancel } from '../../flash/failure.ts';
import type { Setting } from '../../flash/family.ts';
import { roughly, span } from '../../flash/finding.ts';
import type { Fact, Neighbour } from '../../flash/journal.ts';
import type { Image } from '../../flash/image.ts';
import { imageWithin } from '../../flash/image.ts';
import type { Layout } from '../../flash/layout.ts';
import { touchedUnits } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { sizeOf } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import type { ComparedSpan, Surroundings } from '../../flash/surroundings.ts';
import { spansToDigestAgain, surroundingsOf } from '../../flash/surroundings.ts';
import type { Md5 } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import { joinBytes } from '../../formats/binary.ts';
import type { Bounds, Chosen, OnProgress, Pace, Target } from '../../flash/target.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import type { BoardWork } from '../session-parts.ts';
import { canShow, digestBy } from './proof.ts';
import { unstableReadFailure } from './survey.ts';

/** The id of the setting for how much is compared. */
export const COMPARE = 'compare';

/** The setting for how much of the flash is compared with its previous content, with its value for a board. */
export function compareSetting(chosen: Chosen, target: Target): Setting {
  const whole = target.bounds?.().whole === true;
  const options = [
    {
      id: 'around',
      name: 'Next to the writes',
      help: '64 KiB on each side, plus everything that determines what the board starts.',
    },
    { id: 'whole', name: 'The whole flash', help: 'Slower: compares every byte that must stay.' },
  ];
  return {
    id: COMPARE,
    group: 'flash',
    name: 'Verify that the rest is unchanged',
    help: 'Compares digests of the flash that must stay, from before the first write and after the last one.',
    options,
    usual: whole ? 'whole' : 'around',
    value: whole || chosen[COMPARE] === 'whole' ? 'whole' : 'around',
    ...(!canShow(target)
      ? { fixed: 'This board cannot be read, so nothing can be compared.' }
      : whole && { fixed: 'Without the flasher stub, the whole flash is compared.' }),
  };
}

/**
 * The flash beside a plan's writes and its digests; null if the device cannot show it. What the plan found equal to the `image` is
 * not asked for again. `known` is the state of a job that is resumed: what its writes are known to have changed is not digested
 * again. `onProgress` hears of the bytes that were digested. Throws the `Failure`s of the device.
 */
export async function takeSurroundings(
  { target, board, md5, cancel }: Pick<BoardWork, 'target' | 'board' | 'md5' | 'cancel'>,
  { layout, plan, image = [] }: { readonly layout: Layout; readonly plan: Plan; readonly image?: Image },
  known: Surroundings | null = null,
  onProgress?: OnProgress,
): Promise<Omit<Extract<Fact, { fact: 'surroundings' }>, 'fact'> | null> {
  if (!canShow(target)) return null;
  const whole = board.settings.some(({ id, value }) => id === COMPARE && value === 'whole');
  const usual = target.bounds?.() ?? USUAL_BOUNDS;
  const bounds: Bounds = { ...usual, whole: usual.whole || whole };
  const all = surroundingsOf(layout, plan, bounds);
  const foundEqual = equalTo(image, plan, layout, md5);
  const spans: Neighbour[] = [];
  const asked = known === null ? all : spansToDigestAgain(all, known);
  const total = sizeOf(asked);
  let done = 0;
  for (const span of asked) {
    cancel.check();
    onProgress?.(done, total);
    const { units, ...range } = span;
    // Where the bytes are kept too, reading them would not agree with a digest that the wire damaged; see also `digestsAgree`.
    const ask = units.length > 0 ? sureDigest : digestBy;
    const digest = foundEqual(range) ?? (await ask(target, range, md5, cancel));
    if (digest === null) return null;
    spans.push({ ...range, md5: digest, units });
    done += range.size;
  }
  return { spans, bounds };
}

/** Gives the digest of a range that the survey found to hold what the image has there; null for any other, which has to be asked for. */
function equalTo(image: Image, { equal }: Plan, layout: Layout, md5: Md5): (range: Range) => string | null {
  const keys = new Set(equal.map(unitKey));
  return (range) => {
    const parts = imageWithin(image, range);
    if (parts.reduce((sum, { data }) => sum + data.length, 0) !== range.size) return null;
    if (!touchedUnits(layout, [range]).every((unit) => keys.has(unitKey(unit)))) return null;
    return md5(joinBytes(parts.map(({ data }) => data)));
  };
}

/** How many digests are requested at most, until two agree. */
const MOST_ANSWERS = 4;

/**
 * A digest that was given twice. Where it is computed from what is read, once is enough: the bytes come over USB, which has its own
 * checks.
 */
async function sureDigest(target: Target, range: Range, md5: Md5, cancel: Cancel): Promise<string | null> {
  const heard = new Set<string>();
  for (let i = 0; i < MOST_ANSWERS; i++) {
    const digest = await digestBy(target, range, md5, cancel);
    if (digest === null || target.digest === undefined || heard.has(digest)) return digest;
    heard.add(digest);
  }
  throw unstableReadFailure(range);
}

/** The time to keep what is beside the writes and to digest it once, in ms. */
export function surroundingsMs(spans: readonly ComparedSpan[], pace: Pace): number {
  const sum = (some: readonly Range[]): number => some.reduce((size, range) => size + range.size, 0);
  const kept = sum(spans.flatMap(({ units }) => units));
  return Math.round((sum(spans) * 1000) / pace.digestBytesPerSecond + (kept * 1000) / pace.readBytesPerSecond);
}

/** More ranges than this are counted in a sentence; the report lists all of them. */
const MOST_RANGES = 6;

/** Ranges as text, first and last address of each: `0x9000–0xDFFF, 0x10000–0x1FFFF and 29 more, 312 KiB in all`. */
export function rangesText(ranges: readonly Range[]): string {
  const texts = ranges.map(span);
  if (texts.length <= MOST_RANGES) return texts.join(', ');
  const all = sizeOf(ranges);
  return `${texts.slice(0, MOST_RANGES - 1).join(', ')} and ${texts.length - MOST_RANGES + 1} more, ${roughly(all)} in all`;
}

/** The sentences on the surroundings of a job that ended; empty if there were none. */
export function surroundingsWords({ bounds, same, changed, putBack, toCompare, meanwhile }: Surroundings): string {
  if (bounds === null) return 'The flash around the writes is not verified: this board cannot be read.';
  const all = changed.length === 0 && putBack.length === 0 && toCompare.length === 0;
  const kept = bounds.whole ? 'All other flash is' : 'The flash around the writes is';
  const parts = [
    ...(all && same.length > 0 ? [`${kept} verified as unchanged.`] : []),
    ...(changed.length > 0 ? [`Changed outside the planned range: ${rangesText(changed)}.`] : []),
    ...(putBack.length > 0
      ? [`Changed outside the planned range, put back and verified: ${rangesText(putBack)}.`]
      : []),
    ...(toCompare.length > 0
      ? [
          `${same.length + changed.length + putBack.length === 0 ? 'The' : 'Some of the'} flash around the writes was not ` +
            'compared with its previous content, because the job ended first.',
        ]
      : []),
    ...(meanwhile.length > 0 ? [`Changed between the interruption and now: ${rangesText(meanwhile)}.`] : []),
  ];
  return parts.join(' ');
}

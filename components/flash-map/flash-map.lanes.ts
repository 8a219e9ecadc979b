/** The lanes of the map on canvases: redrawn only when something changed, sharp at any pixel ratio. */
import type { Content } from '../../src/flash/family.ts';
import type { Range, Region } from '../../src/flash/map.ts';
import { extentOf, xOf, type Scale } from './flash-map.scale.ts';
import type { LaneState, Run } from './flash-map.words.ts';
import { foundRuns } from './flash-map.words.ts';

/** Resolved colours: a canvas does not understand `light-dark()` and does not follow system colour changes. */
export interface Palette {
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly kept: string;
  readonly changes: string;
  readonly blank: string;
  readonly verified: string;
  readonly failed: string;
}

/** The media queries that the colours depend on: canvases must be redrawn when one of them changes. */
export const THEMES = [
  '(prefers-color-scheme: dark)',
  '(prefers-contrast: more)',
  '(forced-colors: active)',
  'print',
] as const;

/** The design tokens as the browser resolves them now, read through an element that takes each in turn. */
export function readPalette(probe: HTMLElement): Palette {
  const style = getComputedStyle(probe);
  const read = (token: string) => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  return {
    surface: read('surface'),
    raised: read('raised'),
    line: read('line'),
    lineStrong: read('line-strong'),
    kept: read('kept'),
    changes: read('changes-area'),
    blank: read('blank'),
    verified: read('verified'),
    failed: read('failed'),
  };
}

type Pattern = 'solid' | 'hatch' | 'lines' | 'dots' | 'cross' | 'half' | 'dashes';

/** Every state has its own pattern, so that the map is readable without colour. */
const LOOKS: Readonly<Record<LaneState, { readonly colour: keyof Palette; readonly pattern: Pattern }>> = {
  blank: { colour: 'blank', pattern: 'dots' },
  unread: { colour: 'blank', pattern: 'dashes' },
  kept: { colour: 'kept', pattern: 'lines' },
  equal: { colour: 'kept', pattern: 'half' },
  beside: { colour: 'kept', pattern: 'hatch' },
  waiting: { colour: 'changes', pattern: 'hatch' },
  unknown: { colour: 'changes', pattern: 'solid' },
  incomplete: { colour: 'failed', pattern: 'half' },
  written: { colour: 'changes', pattern: 'half' },
  'awaiting-commit': { colour: 'changes', pattern: 'half' },
  verified: { colour: 'verified', pattern: 'solid' },
  wrong: { colour: 'failed', pattern: 'cross' },
  unproved: { colour: 'changes', pattern: 'dots' },
};

/** Sizes a canvas to its box on the screen and clears it, in CSS pixels; null while it has no size. */
function prepare(
  canvas: HTMLCanvasElement,
): { readonly c: CanvasRenderingContext2D; readonly width: number; readonly height: number } | null {
  const { clientWidth: width, clientHeight: height } = canvas;
  const c = canvas.getContext('2d');
  if (c === null || width === 0 || height === 0) return null;
  const ratio = window.devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  c.setTransform(wide / width, 0, 0, high / height, 0, 0);
  c.clearRect(0, 0, width, height);
  return { c, width, height };
}

/** Fills a box with a pattern. Patterns start at the strip's origin, so that neighbours join without a seam. */
function fill(
  c: CanvasRenderingContext2D,
  x: number,
  y: number,
  w: number,
  h: number,
  pattern: Pattern,
  colour: string,
): void {
  c.save();
  c.beginPath();
  c.rect(x, y, w, h);
  c.clip();
  c.fillStyle = colour;
  c.strokeStyle = colour;
  c.lineWidth = 1.6;
  if (pattern === 'solid') c.fillRect(x, y, w, h);
  else if (pattern !== 'dashes') {
    c.globalAlpha = pattern === 'half' ? 0.34 : 0.13;
    c.fillRect(x, y, w, h);
    c.globalAlpha = 1;
  }
  c.beginPath();
  if (pattern === 'hatch' || pattern === 'cross') {
    const step = pattern === 'cross' ? 6 : 7;
    for (let at = Math.floor((x - h) / step) * step; at < x + w; at += step) {
      c.moveTo(at, y + h);
      c.lineTo(at + h, y);
      if (pattern === 'cross') {
        c.moveTo(at, y);
        c.lineTo(at + h, y + h);
      }
    }
  }
  if (pattern === 'lines') {
    c.globalAlpha = 0.55;
    c.lineWidth = 1;
    for (let at = y + 3.5; at < y + h; at += 6) {
      c.moveTo(x, at);
      c.lineTo(x + w, at);
    }
  }
  if (pattern === 'dashes') {
    c.lineWidth = 1;
    for (let at = Math.floor(x / 8) * 8; at < x + w; at += 8) {
      c.moveTo(at + 2, y + h / 2);
      c.lineTo(at + 6, y + h / 2);
    }
  }
  c.stroke();
  if (pattern === 'dots') {
    for (let at = Math.floor(x / 6) * 6 + 3; at < x + w; at += 6)
      for (let down = y + 3; down < y + h; down += 6) c.fillRect(at - 1, down - 1, 2, 2);
  }
  if (pattern === 'half') c.fillRect(x, y + h - 3, w, 3);
  c.restore();
}

/**
 * The narrowest part that was read and is blank, in CSS pixels: so wide that its dots are seen as a pattern. Where that is more than half
 * of the way to the next such part, or to the end, it is that half: what was not read is seen there, too.
 */
const LEAST_BLANK = 14;

/** What was found. Blank flash is dotted as far as it was read, unread flash dashed; anything else is a plain block. */
export function drawFound(
  canvas: HTMLCanvasElement,
  scale: Scale,
  contents: readonly Content[],
  palette: Palette,
): void {
  const ready = prepare(canvas);
  if (ready === null) return;
  const { c, height } = ready;
  for (const content of contents) {
    const whole = extentOf(content, scale);
    const runs = foundRuns(content);
    for (const [i, run] of runs.entries()) {
      const extent = extentOf(run, scale);
      if (extent === null || whole === null) continue;
      const { left } = extent;
      const next = runs[i + 1];
      const end = (next === undefined ? null : extentOf(next, scale))?.left ?? whole.right;
      const least = run.found === 'blank' ? Math.min(LEAST_BLANK, (end - left) / 2) : 0;
      const wide = Math.max(1.5, least, extent.right - left - 1);
      if (run.found !== 'content') {
        const { colour, pattern } = LOOKS[run.found];
        c.clearRect(left, 0, wide, height);
        fill(c, left, 0, wide, height, pattern, palette[colour]);
        continue;
      }
      c.fillStyle = palette.raised;
      c.fillRect(left, 0, wide, height);
      c.fillStyle = palette.lineStrong;
      c.fillRect(left, 0, 1.5, height);
      c.fillRect(left, height - 1, wide, 1);
    }
  }
}

/** What the plan will do and has done. Changes keep a visible minimum width. */
export function drawPlan(
  canvas: HTMLCanvasElement,
  scale: Scale,
  runs: readonly Run[],
  region: Region,
  palette: Palette,
): void {
  const ready = prepare(canvas);
  if (ready === null) return;
  const { c, height } = ready;
  for (const run of runs) {
    const extent = extentOf(run, scale);
    if (extent === null) continue;
    const look = LOOKS[run.state];
    const least = run.state === 'wrong' ? 5 : run.state === 'kept' || run.state === 'beside' ? 1 : 3;
    const wide = Math.max(least, extent.right - extent.left);
    const middle = (extent.left + extent.right) / 2;
    const left = Math.min(extent.left, Math.max(0, middle - wide / 2));
    const top = run.state === 'beside' ? height * 0.6 : 0;
    c.clearRect(left, top, wide, height - top);
    fill(c, left, top, wide, height - top, look.pattern, palette[look.colour]);
  }
  drawUnits(c, scale, height, region, palette);
}

/** A line closer to the next one than this, in CSS pixels, would hide everything else. */
const LEAST_UNIT = 7;

function drawUnits(c: CanvasRenderingContext2D, scale: Scale, height: number, region: Region, palette: Palette): void {
  c.fillStyle = palette.surface;
  for (const [i, to] of scale.stops.entries()) {
    const from = scale.stops[i - 1];
    if (from === undefined) continue;
    let start = region.start;
    for (const { count, size } of region.runs) {
      const end = start + count * size;
      const [first, last] = [Math.max(start, from.address), Math.min(end, to.address)];
      if (last > first && ((to.x - from.x) * size) / (to.address - from.address) >= LEAST_UNIT) {
        for (let at = start + Math.ceil((first - start) / size) * size; at < last; at += size)
          c.fillRect(xOf(at, scale) - 0.75, 0, 1.5, height);
      }
      start = end;
    }
  }
}

/** A swatch of the legend, in the same pattern as on the lane. */
export function drawSwatch(canvas: HTMLCanvasElement, state: LaneState, palette: Palette): void {
  const ready = prepare(canvas);
  if (ready === null) return;
  const look = LOOKS[state];
  fill(ready.c, 0, 0, ready.width, ready.height, look.pattern, palette[look.colour]);
}

/** The first of the ranges that contains an address, if any. */
export function at<R extends Range>(ranges: readonly R[], region: string, address: number): R | undefined {
  return ranges.find(
    (range) => range.region === region && address >= range.address && address < range.address + range.size,
  );
}

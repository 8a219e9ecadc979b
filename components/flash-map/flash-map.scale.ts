/** Conversion between addresses and pixels: the visible part of a region, and positions on the strip. */
import type { Range, Region } from '../../src/flash/map.ts';
import { rangeEnd, regionSize } from '../../src/flash/map.ts';

/** The visible part of a region: its first address and its size in bytes. */
export interface View {
  readonly start: number;
  readonly size: number;
}

/** A position on the strip, in CSS pixels from its left edge. */
export interface Extent {
  readonly left: number;
  readonly right: number;
}

/** An address and its position on a strip, in CSS pixels from the strip's left edge. */
interface Stop {
  readonly address: number;
  readonly x: number;
}

/** How addresses of a view lie on a strip of `width` pixels: linear between stops, which are in order. */
export interface Scale {
  readonly view: View;
  readonly width: number;
  readonly stops: readonly Stop[];
}

/** The closest zoom shows this many of the smallest units. */
const CLOSEST_UNITS = 8;

/** A view of the whole region. */
export function wholeView(region: Region): View {
  return { start: region.start, size: regionSize(region) };
}

/** Whether a view shows its whole region. */
export function isWhole(view: View, region: Region): boolean {
  return view.size >= regionSize(region);
}

/** Whether a view cannot be zoomed in any further. */
export function isClosest(view: View, region: Region): boolean {
  return view.size <= smallestView(region);
}

function smallestView(region: Region): number {
  return Math.min(regionSize(region), CLOSEST_UNITS * Math.min(...region.runs.map((run) => run.size)));
}

/** The view moved and shrunk until it lies in its region, in whole bytes. */
export function clampView(view: View, region: Region): View {
  const whole = regionSize(region);
  const size = Math.round(Math.min(whole, Math.max(smallestView(region), view.size)));
  const start = Math.round(Math.min(region.start + whole - size, Math.max(region.start, view.start)));
  return { start, size };
}

/** The view enlarged by `factor`, with `anchor` keeping its position on the strip. */
export function zoomView(view: View, factor: number, anchor: number, region: Region): View {
  const part = (anchor - view.start) / view.size;
  const size = clampView({ start: view.start, size: view.size * factor }, region).size;
  return clampView({ start: anchor - part * size, size }, region);
}

/** The view moved by a number of bytes. */
export function panView(view: View, by: number, region: Region): View {
  return clampView({ start: view.start + by, size: view.size }, region);
}

/** A view of a range with a margin at both sides. */
export function viewOf(range: Range, region: Region): View {
  const room = range.size / 8;
  return clampView({ start: range.address - room, size: range.size + 2 * room }, region);
}

/** The view moved just far enough to show a range, or to its beginning if it is larger than the view. */
export function revealView(view: View, range: Range, region: Region): View {
  const end = range.address + range.size;
  if (range.address < view.start || range.size > view.size)
    return clampView({ start: range.address, size: view.size }, region);
  if (end > view.start + view.size) return clampView({ start: end - view.size, size: view.size }, region);
  return view;
}

/**
 * The scale of a strip: as many pixels per byte for all pieces, but none narrower than `least` pixels if it belongs to a
 * partition, and `LEAST_GAP` if it does not. Pieces of one size are equally wide. Where that does not fit, the least widths
 * shrink together.
 */
export function scaleOf(view: View, width: number, partitions: readonly Range[], least: number): Scale {
  const end = view.start + view.size;
  const cuts = new Set([view.start, end]);
  for (const range of partitions)
    for (const cut of [range.address, rangeEnd(range)]) if (cut > view.start && cut < end) cuts.add(cut);
  const sorted = [...cuts].toSorted((a, b) => a - b);
  const pieces = sorted.slice(1).map((to, i) => {
    const from = sorted[i] ?? view.start;
    const named = partitions.some((range) => range.address < to && from < rangeEnd(range));
    return { size: to - from, least: named ? least : LEAST_GAP };
  });
  const wanted = pieces.reduce((sum, piece) => sum + piece.least, 0);
  const shrink = wanted > width ? width / Math.max(1, wanted) : 1;
  const perByte = bytesToPixels(pieces, width);
  const stops: Stop[] = [{ address: view.start, x: 0 }];
  let [address, x] = [view.start, 0];
  for (const piece of pieces) {
    address += piece.size;
    x += shrink < 1 ? piece.least * shrink : Math.max(piece.least, piece.size * perByte);
    stops.push({ address, x });
  }
  return { view, width, stops };
}

/** The width of what belongs to no partition, in CSS pixels, at least. */
const LEAST_GAP = 5;

/** Pixels per byte for the pieces that are wider than their least width. */
function bytesToPixels(pieces: readonly { readonly size: number; readonly least: number }[], width: number): number {
  let free = [...pieces];
  for (;;) {
    const taken = pieces.filter((piece) => !free.includes(piece)).reduce((sum, piece) => sum + piece.least, 0);
    const size = free.reduce((sum, piece) => sum + piece.size, 0);
    const perByte = size === 0 ? 0 : Math.max(0, width - taken) / size;
    const left = free.filter((piece) => piece.size * perByte >= piece.least);
    if (left.length === free.length) return perByte;
    free = left;
  }
}

/** The position of an address on a strip; 0 or the strip's width if it is outside the view. */
export function xOf(address: number, { stops, width }: Scale): number {
  const after = stops.findIndex((stop) => stop.address >= address);
  if (after < 0) return width;
  const [from, to] = [stops[after - 1], stops[after]];
  if (from === undefined || to === undefined) return 0;
  return from.x + ((address - from.address) / (to.address - from.address)) * (to.x - from.x);
}

/** The address at a position on the strip, a whole number inside the view. */
export function addressAt(x: number, { stops, view, width }: Scale): number {
  const after = width > 0 ? stops.findIndex((stop) => stop.x >= x) : 0;
  const [from, to] = [stops[after - 1], stops[after]];
  if (after < 0) return view.start + view.size - 1;
  if (from === undefined || to === undefined || to.x === from.x) return view.start;
  const address = from.address + ((x - from.x) / (to.x - from.x)) * (to.address - from.address);
  return Math.min(view.start + view.size - 1, Math.max(view.start, Math.floor(address)));
}

/** The visible part of a range, or null if none of it is visible. */
export function extentOf(range: Range, scale: Scale): Extent | null {
  const { start, size } = scale.view;
  if (range.size === 0 || range.address >= start + size || rangeEnd(range) <= start) return null;
  return { left: xOf(range.address, scale), right: xOf(rangeEnd(range), scale) };
}

/** The line from a label's middle down to the middle of its place on the strip, as the data of an SVG path. */
export function leaderPath(label: Extent, place: Extent, height: number): string {
  const [from, to] = [(label.left + label.right) / 2, (place.left + place.right) / 2];
  return `M${from} 0 V2 L${to} ${height - 2} V${height}`;
}

/**
 * Room for labels of given widths over their places, in order and without overlap, each as near to the middle of its place as
 * the others let it; null if they need more room than there is.
 */
export function labelRooms(
  labels: readonly { readonly place: Extent; readonly width: number }[],
  width: number,
): Extent[] | null {
  if (labels.reduce((sum, label) => sum + label.width, 0) > width) return null;
  const placed: { left: number; right: number }[] = [];
  let from = 0;
  for (const { place, width: wide } of labels) {
    const left = Math.max(from, (place.left + place.right - wide) / 2);
    placed.push({ left, right: left + wide });
    from = left + wide;
  }
  let until = width;
  for (const each of placed.toReversed()) {
    const over = Math.max(0, each.right - until);
    each.left -= over;
    each.right -= over;
    until = each.left;
  }
  return placed;
}

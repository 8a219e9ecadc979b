/** Conversion between addresses and pixels: the visible part of a region, and positions on the strip. */
import type { Range, Region } from '../../src/flash/map.ts';
import { regionSize } from '../../src/flash/map.ts';

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

/** The position of an address on a strip of `width` pixels; outside the strip if it is not visible. */
export function xOf(address: number, view: View, width: number): number {
  return ((address - view.start) / view.size) * width;
}

/** The address at a position on the strip, a whole number inside the view. */
export function addressAt(x: number, view: View, width: number): number {
  const part = width > 0 ? x / width : 0;
  return Math.min(view.start + view.size - 1, Math.max(view.start, Math.floor(view.start + part * view.size)));
}

/** The visible part of a range, or null if none of it is visible. */
export function extentOf(range: Range, view: View, width: number): Extent | null {
  const left = Math.max(0, xOf(range.address, view, width));
  const right = Math.min(width, xOf(range.address + range.size, view, width));
  return right > 0 && left < width && right > left ? { left, right } : null;
}

/** The outline from a name's label down to its place on the strip, as the data of an SVG path. */
export function fanPath(room: Extent, place: Extent, height: number): string {
  const [end, right] = [room.right - 1, Math.max(place.left + 1.5, place.right - 1)];
  const [high, low] = [height * 0.55, height * 0.45];
  const down = `C${end} ${high} ${right} ${low} ${right} ${height}`;
  const up = `C${place.left} ${low} ${room.left} ${high} ${room.left} 0`;
  return `M${room.left} 0 H${end} ${down} H${place.left} ${up} Z`;
}

/** Round addresses for a ruler, at least `gap` pixels apart: multiples of a power of two. */
export function ticks(view: View, width: number, gap: number): number[] {
  if (width <= 0) return [];
  const step = 2 ** Math.ceil(Math.log2(Math.max(1, (gap / width) * view.size)));
  const all: number[] = [];
  for (let at = Math.ceil(view.start / step) * step; at < view.start + view.size; at += step) all.push(at);
  return all;
}

/**
 * Room for a label at each extent, in order: none narrower than `least`, none overlapping another. Labels stay at their extents
 * as far as possible; crowded ones are pushed aside, and lines to the strip show where they belong.
 */
export function spread(extents: readonly Extent[], width: number, least: number): Extent[] {
  const room = Math.min(least, extents.length > 0 ? width / extents.length : least);
  const placed: { left: number; right: number }[] = [];
  let from = 0;
  for (const extent of extents) {
    const left = Math.max(from, extent.left);
    const right = Math.max(left + room, extent.right);
    placed.push({ left, right });
    from = right;
  }
  let until = width;
  for (const each of placed.toReversed()) {
    each.right = Math.min(each.right, until);
    each.left = Math.min(each.left, each.right - room);
    until = each.left;
  }
  return placed;
}

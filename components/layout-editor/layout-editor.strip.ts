/**
 * The edited layout to scale, with borders to drag: a picture for the pointer. The fields hold the same values for everyone, so
 * it is hidden from screen readers.
 */
import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { EditedRow, LayoutEdit, TableEntry } from '../../src/flash/layout-editor.ts';
import { hex } from '../../src/flash/finding.ts';
import { labelRooms, leaderPath } from '../flash-map/flash-map.scale.ts';
import type { Kind } from '../flash-strip/flash-strip.parts.ts';
import { kindOf } from '../flash-strip/flash-strip.parts.ts';
import type { Measures } from './layout-editor.measures.ts';
import type { Rows } from './layout-editor.rows.ts';
import { shownSize } from './layout-editor.words.ts';

/** A border that is being dragged, as the edit that it would be. */
export type Border = Extract<LayoutEdit, { readonly edit: 'border' }>;

/** What the strip shows and reports. `size` is that of the flash in bytes. */
export interface Strip extends Measures {
  readonly size: number;
  /** The border under the pointer has moved; null once dragging was given up. */
  drag(border: Border | null): void;
  /** The border was let go where it is. */
  drop(): void;
}

/** The partitions to scale; a border between two that touch can be dragged. Names without room there stand beside the strip. */
export function renderStrip({ editor, editing, now, free, locked }: Rows, strip: Strip): TemplateResult {
  const { rows } = editing;
  const borders = rows.flatMap((before, i) => {
    const after = rows[i + 1];
    return after === undefined || before.offset + before.size !== after.offset || locked ? [] : [{ before, after }];
  });
  const kind = (entry: TableEntry) => kindOf({ role: editor.roleOf(entry) });
  const before = renderBefore(rows, now, strip, kind);
  return html`<div class="strips" aria-hidden="true">
    ${before}
    <div class="strip">
      ${repeat(
        rows,
        ({ id }) => id,
        (row) => renderPart(row, kind(row), strip),
      )}
      ${free.map((each) => renderPart({ ...each, name: FREE }, 'free', strip))}
      ${overlapsOf(rows).map(
        ({ offset, size }) =>
          html`<span
            class="overlap"
            style=${styleMap({ left: `${percentOf(offset, strip)}%`, width: `${percentOf(size, strip)}%` })}
          ></span>`,
      )}
      ${repeat(
        borders,
        ({ before, after }) => `${before.id} ${after.id}`,
        ({ before, after }) =>
          html`<span
            class="border"
            title=${`${before.name} | ${after.name}: ${hex(after.offset)}`}
            style=${styleMap({ left: `${percentOf(after.offset, strip)}%` })}
            @pointerdown=${(event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
              event.preventDefault();
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            @pointermove=${(event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
              if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
              strip.drag(borderAt(event, before, after, strip.size, editor.alignment(after.type)));
            }}
            @pointerup=${() => strip.drop()}
            @pointercancel=${() => strip.drag(null)}
          ></span>`,
      )}
    </div>
    ${renderNames(rows, 'below', strip, kind)}
  </div>`;
}

/** The flash that two partitions or more have, by where it begins; the rows are in the order of their addresses. */
function overlapsOf(rows: readonly TableEntry[]): Pick<TableEntry, 'offset' | 'size'>[] {
  let end = 0;
  return rows.flatMap(({ offset, size }) => {
    const shared = Math.min(end, offset + size) - offset;
    end = Math.max(end, offset + size);
    return shared > 0 ? [{ offset, size: shared }] : [];
  });
}

/** The partitions on the board, and lines from where each was to where it will be; nothing while none has moved. */
function renderBefore(
  rows: readonly EditedRow[],
  now: readonly TableEntry[],
  strip: Strip,
  kind: (entry: TableEntry) => Kind,
): TemplateResult | typeof nothing {
  const percent = (bytes: number) => percentOf(bytes, strip);
  const pairs = rows.flatMap((row) => {
    const was = now.find(({ offset }) => offset === row.was);
    return was === undefined ? [] : [{ was, row }];
  });
  const stays = pairs.every(({ was, row }) => was.offset === row.offset && was.size === row.size);
  if (stays && pairs.length === now.length && rows.length === now.length) return nothing;
  // The others are named beside the edited layout.
  const gone = now.filter(({ name }) => !rows.some((row) => row.name === name));
  return html`<span class="when">Now</span>
    ${renderNames(gone, 'above', strip, kind)}
    <div class="strip before">${now.map((entry) => renderPart(entry, kind(entry), strip))}</div>
    <div class="between">
      <svg class="lines" viewBox="0 0 100 10" preserveAspectRatio="none">
        ${pairs.map(({ was, row }) => {
          const [a, b] = [percent(was.offset), percent(was.offset + was.size)];
          const [c, d] = [percent(row.offset + row.size), percent(row.offset)];
          return svg`<polygon points="${a},0 ${b},0 ${c},10 ${d},10" vector-effect="non-scaling-stroke"></polygon>`;
        })}
      </svg>
      <span class="when">As edited</span>
    </div>`;
}

/** What flash in no partition is called in the strip. */
const FREE = 'free';
/** The space around what is written in a block or beside the strip, in CSS pixels. */
const PADDING = 16;
/** Between a name and its size, and between the size and the end of the block, in CSS pixels. */
const SPACE = 4;
/** The height of the lines from names to their blocks, in CSS pixels. */
const LEADER = 10;

/** One partition, to scale, in the colour of its kind, with its name and its size as far as both have room. */
function renderPart(
  { name, offset, size }: Pick<TableEntry, 'name' | 'offset' | 'size'>,
  kind: Kind,
  strip: Strip,
): TemplateResult {
  const [left, width] = [offset, size].map((bytes) => `${percentOf(bytes, strip)}%`);
  const named = hasRoom({ name, size }, strip);
  const sized =
    named &&
    PADDING / 2 + strip.names.of(name) + SPACE + strip.sizes.of(shownSize(size)) + SPACE <= widthOf(size, strip);
  return html`<span class="part ${kind}" style=${styleMap({ left, width })}
    >${kind === 'free' ? nothing : html`<i class="fill"></i>`}${named ? html`<b>${name}</b>` : nothing}
    ${sized ? html`<span>${shownSize(size)}</span>` : nothing}</span
  >`;
}

function widthOf(bytes: number, strip: Strip): number {
  return (percentOf(bytes, strip) / 100) * strip.width;
}

function hasRoom({ name, size }: Pick<TableEntry, 'name' | 'size'>, strip: Strip): boolean {
  return strip.names.of(name) + PADDING <= widthOf(size, strip);
}

/**
 * The names of partitions that are too narrow for them, each with a line to its block. Where all of them have no room in one line
 * either, those of the edited layout are listed.
 */
function renderNames(
  entries: readonly TableEntry[],
  side: 'above' | 'below',
  strip: Strip,
  kind: (entry: TableEntry) => Kind,
): TemplateResult | typeof nothing {
  const narrow = entries.filter((entry) => entry.name !== '' && !hasRoom(entry, strip));
  if (narrow.length === 0 || strip.width === 0) return nothing;
  const labels = narrow.map(({ name, offset, size }) => ({
    place: { left: widthOf(offset, strip), right: widthOf(offset + size, strip) },
    width: strip.names.of(name) + PADDING,
  }));
  const rooms = labelRooms(labels, strip.width);
  if (rooms === null) return side === 'above' ? nothing : renderChips(narrow, kind);
  const lines = html`<svg class="leaders" width=${strip.width} height=${LEADER}>
    ${labels.map(({ place }, i) => {
      const room = rooms[i] ?? place;
      return svg`<path d=${side === 'above' ? leaderPath(room, place, LEADER) : leaderPath(place, room, LEADER)} />`;
    })}
  </svg>`;
  const names = html`<div class="names">
    ${narrow.map(({ name }, i) => html`<span style=${styleMap({ left: `${rooms[i]?.left ?? 0}px`, width: `${labels[i]?.width ?? 0}px` })}>${name}</span>`)}
  </div>`;
  return side === 'above' ? html`${names}${lines}` : html`${lines}${names}`;
}

function renderChips(entries: readonly TableEntry[], kind: (entry: TableEntry) => Kind): TemplateResult {
  return html`<div class="chips">
    ${entries.map((entry) => html`<span class="chip ${kind(entry)}"><i class="fill"></i>${entry.name}</span>`)}
  </div>`;
}

function percentOf(bytes: number, { size }: Strip): number {
  return (bytes / Math.max(1, size)) * 100;
}

/** The border where the pointer is, at the nearest place at which the partition behind it may start; both keep something. */
function borderAt(
  { currentTarget, clientX }: PointerEvent & { readonly currentTarget: HTMLElement },
  before: EditedRow,
  after: EditedRow,
  size: number,
  alignment: number,
): Border {
  const { left, width } = currentTarget.parentElement?.getBoundingClientRect() ?? { left: 0, width: 1 };
  const aimed = Math.round((((clientX - left) / width) * size) / alignment) * alignment;
  const first = (Math.floor(before.offset / alignment) + 1) * alignment;
  const last = (Math.ceil((after.offset + after.size) / alignment) - 1) * alignment;
  const at = Math.max(first, Math.min(last, aimed));
  return { edit: 'border', before: before.id, after: after.id, at };
}

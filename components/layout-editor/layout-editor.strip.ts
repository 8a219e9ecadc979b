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
import type { Kind } from '../flash-strip/flash-strip.parts.ts';
import { kindOf } from '../flash-strip/flash-strip.parts.ts';
import type { Rows } from './layout-editor.rows.ts';
import { shownSize } from './layout-editor.words.ts';

/** A border that is being dragged, as the edit that it would be. */
export type Border = Extract<LayoutEdit, { readonly edit: 'border' }>;

/** What the strip shows and reports. `size` is that of the flash in bytes. */
export interface Strip {
  readonly size: number;
  /** The border under the pointer has moved; null once dragging was given up. */
  drag(border: Border | null): void;
  /** The border was let go where it is. */
  drop(): void;
}

/** The partitions to scale; a border between two that touch can be dragged. */
export function renderStrip({ editor, editing, now, locked }: Rows, strip: Strip): TemplateResult {
  const { rows } = editing;
  const borders = rows.flatMap((before, i) => {
    const after = rows[i + 1];
    return after === undefined || before.offset + before.size !== after.offset || locked ? [] : [{ before, after }];
  });
  const part = (entry: TableEntry) => renderPart(entry, kindOf(editor.roleOf(entry)), strip);
  const before = renderBefore(rows, now, part, strip);
  return html`<div class="strips" aria-hidden="true">
    ${before}
    <div class="strip">
      ${repeat(rows, ({ id }) => id, part)}
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
    ${before === nothing ? nothing : html`<span class="when">As edited</span>`}
  </div>`;
}

/** The partitions on the board, and lines from where each was to where it will be; nothing while none has moved. */
function renderBefore(
  rows: readonly EditedRow[],
  now: readonly TableEntry[],
  part: (entry: TableEntry) => TemplateResult,
  strip: Strip,
): TemplateResult | typeof nothing {
  const percent = (bytes: number) => percentOf(bytes, strip);
  const pairs = rows.flatMap((row) => {
    const was = now.find(({ offset }) => offset === row.was);
    return was === undefined ? [] : [{ was, row }];
  });
  const stays = pairs.every(({ was, row }) => was.offset === row.offset && was.size === row.size);
  if (stays && pairs.length === now.length && rows.length === now.length) return nothing;
  return html`<span class="when">Now</span>
    <div class="strip before">${now.map(part)}</div>
    <svg class="lines" viewBox="0 0 100 10" preserveAspectRatio="none">
      ${pairs.map(({ was, row }) => {
        const [a, b] = [percent(was.offset), percent(was.offset + was.size)];
        const [c, d] = [percent(row.offset + row.size), percent(row.offset)];
        return svg`<polygon points="${a},0 ${b},0 ${c},10 ${d},10" vector-effect="non-scaling-stroke"></polygon>`;
      })}
    </svg>`;
}

/** One partition, to scale, in the colour of its kind. */
function renderPart({ name, offset, size }: TableEntry, kind: Kind, strip: Strip): TemplateResult {
  const [left, width] = [offset, size].map((bytes) => `${percentOf(bytes, strip)}%`);
  return html`<span class="part ${kind}" style=${styleMap({ left, width })}
    ><i class="fill"></i><b>${name}</b> <span>${shownSize(size)}</span></span
  >`;
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

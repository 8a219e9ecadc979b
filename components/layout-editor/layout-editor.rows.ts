/** The rows of the layout editor: one partition with its fields, and what the rules say of it. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type {
  EditedRow,
  Editing,
  FreeFlash,
  LayoutEdit,
  LayoutEditor,
  Correction,
  RowFields,
  RuleAnswer,
  TableEntry,
} from '../../src/flash/layout-editor.ts';
import { capital } from '../../src/flash/english.ts';
import { hex } from '../../src/flash/finding.ts';
import type { FitRequest } from '../../src/flash/layout-fit.ts';
import { icons } from '../shared/icons.ts';
import { freeWords, NEW_NAME, NEW_PARTITION, notANumber, shownSize, wasWords } from './layout-editor.words.ts';

/** What the rows show, and where their edits go. */
export interface Rows {
  readonly editor: LayoutEditor;
  readonly editing: Editing;
  /** The partitions that the board has now. */
  readonly now: readonly TableEntry[];
  readonly answers: readonly RuleAnswer[];
  /** Flash that none of the rows has, worth using. */
  readonly free: readonly FreeFlash[];
  readonly locked: boolean;
  /** What was typed into a field and is no number, by the field's key. */
  readonly typed: ReadonlyMap<string, string>;
  /** What is being typed into a field, by its key: reading the board goes on meanwhile, and must not take it back. */
  readonly typing: Map<string, string>;
  /** Whether the rows are compared with the partitions on the board. */
  readonly isCompared: boolean;
  /** Takes an edit. */
  edit(edit: LayoutEdit): void;
  /** Looks for layouts that have this much room. */
  fit(room: FitRequest): void;
  /** Takes what was typed into a field of numbers. */
  type(key: string, text: string, change: (value: number) => LayoutEdit): void;
}

type InputEvent = Event & { readonly currentTarget: HTMLInputElement };
type SelectEvent = Event & { readonly currentTarget: HTMLSelectElement };

/** All partitions. Roles are explicit because `display: block`, which turns rows into cards, removes a table's own. */
export function renderRows(rows: Rows): TemplateResult {
  const typed = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) rows.typing.set(target.dataset['at'] ?? '', target.value);
  };
  const handleEvent = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) rows.typing.delete(target.dataset['at'] ?? '');
  };
  const heads = ['Name', 'Type', 'Subtype', 'Offset', 'Size', 'Flags'];
  // Before the field's own listener: that shows the value in its usual form, and not what was typed.
  return html`<table
    role="table"
    aria-label="Partitions of the edited layout"
    @input=${typed}
    @focusout=${handleEvent}
    @change=${{ handleEvent, capture: true }}
  >
    <thead role="rowgroup">
      <tr role="row">
        ${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}
        <th role="columnheader" scope="col"><span class="hidden">Order and removal</span></th>
      </tr>
    </thead>
    ${repeat(
      [
        ...rows.editing.rows.map((row, at) => ({
          key: `${row.id}`,
          offset: row.offset,
          shown: renderRow(rows, row, at),
        })),
        ...rows.free.map((free) => ({
          key: `free ${free.offset}`,
          offset: free.offset,
          shown: renderFree(rows, free),
        })),
      ].toSorted((a, b) => a.offset - b.offset),
      ({ key }) => key,
      ({ shown }) => shown,
    )}
  </table>`;
}

/** Flash that no partition has, where it lies between them, with the buttons that give it to some. */
function renderFree(rows: Rows, { offset, size, gives }: FreeFlash): TemplateResult {
  return html`<tbody role="rowgroup" class="free" data-offset=${offset}>
    <tr role="row" class="said">
      <td role="cell" colspan="7">
        <div>
          <i class="fill"></i>
          <span>${freeWords(offset, size)}</span>
          ${gives.map((give) => renderCorrection(rows, grown(rows, give), give))}
        </div>
      </td>
    </tr>
  </tbody>`;
}

/** The size of the first row that gets room: the focus goes there. */
function grown({ editor, editing }: Rows, { edit }: Correction): string {
  const row = editor.edited(editing, edit).rows.find(({ id, size }) => {
    const before = editing.rows.find((each) => each.id === id);
    return before !== undefined && size > before.size;
  });
  return `size ${row?.id ?? ''}`;
}

function renderRow(rows: Rows, row: EditedRow, at: number): TemplateResult {
  const { editor, locked } = rows;
  const { id, name, type, subtype, encrypted, readonly } = row;
  const called = name === '' ? `partition ${at + 1}` : name;
  const change = (to: RowFields) => rows.edit({ edit: 'change', id, to });
  const answers = rows.answers.filter((answer) => answer.row === id);
  const before = row.was === null ? undefined : rows.now.find(({ offset }) => offset === row.was);
  const was = (field: 'name' | 'type' | 'subtype' | 'offset' | 'size', shown: (value: TableEntry) => string) =>
    before === undefined || !rows.isCompared || before[field] === row[field]
      ? nothing
      : renderWas(wasWords(shown(before)));
  const named = (values: readonly { readonly value: number; readonly name: string }[], value: number) =>
    values.find((each) => each.value === value)?.name ?? hex(value);
  return html`<tbody role="rowgroup">
    <tr role="row">
      <td role="cell" class="name">
        <label
          ><span class="caption">Name</span
          ><input
            data-at=${`name ${id}`}
            aria-label=${`Name of ${called}`}
            spellcheck="false"
            autocomplete="off"
            ?disabled=${locked}
            .value=${live(rows.typing.get(`name ${id}`) ?? name)}
            @change=${({ currentTarget }: InputEvent) => change({ name: currentTarget.value })}
        /></label>
        ${row.was === null && rows.isCompared ? renderNew(rows, row) : was('name', (of) => of.name)}
      </td>
      <td role="cell" class="type">
        <label
          ><span class="caption">Type</span
          ><select
            data-at=${`type ${id}`}
            aria-label=${`Type of ${called}`}
            ?disabled=${locked}
            @change=${({ currentTarget }: SelectEvent) => {
              const to = Number(currentTarget.value);
              change({ type: to, subtype: editor.usualSubtype(to) });
            }}
          >
            ${editor.types(type).map((each) => renderOption(each.value, each.name, type))}
          </select></label
        >
        ${was('type', (of) => named(editor.types(of.type), of.type))}
      </td>
      <td role="cell" class="subtype">
        <label
          ><span class="caption">Subtype</span
          ><select
            data-at=${`subtype ${id}`}
            aria-label=${`Subtype of ${called}`}
            title=${editor.subtypes(type, subtype).find(({ value }) => value === subtype)?.says ?? ''}
            ?disabled=${locked}
            @change=${({ currentTarget }: SelectEvent) => change({ subtype: Number(currentTarget.value) })}
          >
            ${editor.subtypes(type, subtype).map((each) => renderOption(each.value, each.name, subtype))}
          </select></label
        >
        ${was('subtype', (of) => named(editor.subtypes(of.type, of.subtype), of.subtype))}
      </td>
      ${renderNumber(
        rows,
        row,
        called,
        'offset',
        was('offset', ({ offset }) => hex(offset)),
      )}
      ${renderNumber(
        rows,
        row,
        called,
        'size',
        was('size', ({ size }) => shownSize(size)),
      )}
      <td role="cell" class="flags">
        <label
          ><input
            type="checkbox"
            data-at=${`encrypted ${id}`}
            aria-label=${`encrypted: ${called}`}
            ?disabled=${locked}
            .checked=${live(encrypted)}
            @change=${({ currentTarget }: InputEvent) => change({ encrypted: currentTarget.checked })}
          />encrypted</label
        >
        <label
          ><input
            type="checkbox"
            data-at=${`readonly ${id}`}
            aria-label=${`readonly: ${called}`}
            ?disabled=${locked}
            .checked=${live(readonly)}
            @change=${({ currentTarget }: InputEvent) => change({ readonly: currentTarget.checked })}
          />readonly</label
        >
      </td>
      <td role="cell" class="order">${renderOrder(rows, row, at, called)}</td>
    </tr>
    ${answers.length === 0 ? nothing : renderRowAnswers(rows, answers, called)}
  </tbody>`;
}

function renderOption(value: number, name: string, chosen: number): TemplateResult {
  return html`<option value=${value} .selected=${live(value === chosen)}>${name}</option>`;
}

/** What the board has in place of a value, below its field. */
function renderWas(words: string): TemplateResult {
  return html`<p class="was">${words}</p>`;
}

/** A partition that came with another table is only called new by its name: nobody knows yet which one of the board it was. */
function renderNew({ now }: Rows, { name, imported }: EditedRow): TemplateResult | typeof nothing {
  if (imported !== true) return renderWas(NEW_PARTITION);
  return now.some((row) => row.name === name) ? nothing : renderWas(NEW_NAME);
}

function renderNumber(
  rows: Rows,
  row: EditedRow,
  called: string,
  field: 'offset' | 'size',
  was: TemplateResult | typeof nothing,
): TemplateResult {
  const key = `${field} ${row.id}`;
  const bad = rows.typed.get(key);
  const caption = field === 'offset' ? 'Offset' : 'Size';
  const shown = field === 'offset' ? hex(row.offset) : shownSize(row.size);
  const change = (value: number): LayoutEdit => ({
    edit: 'change',
    id: row.id,
    to: field === 'offset' ? { offset: value } : { size: value },
  });
  return html`<td role="cell" class=${field}>
    <label
      ><span class="caption">${caption}</span
      ><input
        data-at=${key}
        aria-label=${`${caption} of ${called}`}
        aria-invalid=${bad === undefined ? 'false' : 'true'}
        title=${field === 'size' ? hex(row.size) : ''}
        spellcheck="false"
        autocomplete="off"
        ?disabled=${rows.locked}
        .value=${live(rows.typing.get(key) ?? bad ?? shown)}
        @change=${({ currentTarget }: InputEvent) => rows.type(key, currentTarget.value, change)}
    /></label>
    ${bad === undefined ? was : html`<p class="small bad" role="alert">${notANumber(bad)}</p>`}
  </td>`;
}

function renderOrder(rows: Rows, { id }: EditedRow, at: number, called: string): TemplateResult {
  const last = rows.editing.rows.length - 1;
  const button = (does: string, name: string, icon: TemplateResult, off: boolean, edit: LayoutEdit) =>
    html`<button
      type="button"
      class=${does}
      data-at=${`${does} ${id}`}
      aria-label=${name}
      title=${name}
      ?disabled=${rows.locked || off}
      @click=${() => rows.edit(edit)}
    >
      ${icon}
    </button>`;
  return html`${button('up', `Move ${called} up`, icons.fold, at === 0, { edit: 'reorder', id, to: at - 1 })}
  ${button('down', `Move ${called} down`, icons.fold, at === last, { edit: 'reorder', id, to: at + 1 })}
  ${button('remove', `Remove ${called}`, icons.cross, false, { edit: 'remove', id })}`;
}

function renderRowAnswers(rows: Rows, answers: readonly RuleAnswer[], called: string): TemplateResult {
  return html`<tr role="row" class="said">
    <td role="cell" colspan="7">${renderAnswers(rows, answers, `What the rules say of ${called}`)}</td>
  </tr>`;
}

/**
 * What rules say, each with the button that corrects it, after which the focus is in the row. The next step that a problem names
 * is for files.
 */
export function renderAnswers(rows: Rows, answers: readonly RuleAnswer[], label: string): TemplateResult {
  return html`<ul class="answers" aria-label=${label}>
    ${answers.map(
      ({ row, finding, correction, also, room }) =>
        html`<li class=${finding.verdict}>
          ${icons[finding.verdict]}
          <span
            ><span class="hidden">${finding.verdict}: </span>${finding.says}
            ${correction !== null || finding.verdict === 'problem' || finding.next === undefined ? nothing : html`<span class="quiet">${finding.next}</span>`}
            ${[correction, also ?? null].map((each) => (each === null ? nothing : renderCorrection(rows, `offset ${row ?? ''}`, each)))}
            ${room === undefined ? nothing : renderFit(rows, room)}</span
          >
        </li>`,
    )}
  </ul>`;
}

/** The button that looks for layouts with the room. */
function renderFit(rows: Rows, room: FitRequest): TemplateResult {
  return html`<button
    type="button"
    class="correction"
    title="Shows the layouts that have the room, each with what it costs."
    ?disabled=${rows.locked}
    @click=${() => rows.fit(room)}
  >
    Show layouts with room for it
  </button>`;
}

/** The button that makes an edit; `back` is the field that gets the focus after it. */
function renderCorrection(rows: Rows, back: string, { says, edit }: Correction): TemplateResult {
  return html`<button
    type="button"
    class="correction"
    data-back=${back}
    ?disabled=${rows.locked}
    @click=${() => rows.edit(edit)}
  >
    ${capital(says)}
  </button>`;
}

/** What is shown of dropped files and containers: what each is, its place, and what is wrong with it. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { TemplateResult } from 'lit';
import { html, noChange, nothing } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { live } from 'lit/directives/live.js';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { Refusal, Finding } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { AsideEnd } from '../../src/session/aside.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import { partitionAt } from '../../src/flash/layout.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { isChosenByHand } from '../../src/session/state.ts';
import { isThere } from '../../src/session/words/doing.ts';
import { renderHelp } from '../help-link/help-link.ts';
import { sendIntent, sendLook, sendBundleAsk } from '../shared/events.ts';
import { passedSummary, renderFindings, renderRefusal } from '../shared/finding.ts';
import { capital, list } from '../../src/flash/english.ts';
import { hex, isUrgent } from '../../src/flash/finding.ts';
import { count, roughly } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { placeOf, renderBuilds, renderOtherPlaces, renderPlace } from './file-drop.places.ts';
import '../bundle-card/bundle-card.ts';

/** The element that lists them, from which the intents are sent, with what it says of each. */
export interface DropList extends HTMLElement {
  readonly files: readonly FileView[];
  readonly layout: Layout | null;
  readonly refusals: readonly Refusal[];
  readonly keys: readonly KeyView[];
  readonly locked: boolean;
  readonly plan: Plan | null;
}

/** Takes back what was chosen; `what` says that to a screen reader. */
function renderRemove(host: DropList, what: string, intent: PageIntent): TemplateResult {
  return html`<wa-button
    size="s"
    appearance="plain"
    title="Remove"
    ?disabled=${host.locked}
    @click=${() => sendIntent(host, intent)}
    >${icons.cross}<span class="hidden">Remove ${what}</span></wa-button
  >`;
}

/** One file by itself. */
export function renderFile(host: DropList, file: FileView): TemplateResult {
  const own = refusalsOf(host, file);
  return html`<article class="file" aria-label=${file.name}>
    <header>
      <h3>${icons.file}<span>${file.name}</span></h3>
      <span class="exact">${roughly(file.size)}</span>
      ${renderRemove(host, file.name, { do: 'remove-file', id: file.id })}
    </header>
    ${renderPlace(host, file)}
    <p class="small">${file.recognised.says} ${renderWhy(host, file)}</p>
    ${renderChanges(file)} ${renderProblems(host, file, own)}
    <div class="extras">${renderLook(host, file)} ${renderOtherPlaces(host, file, host.locked)}</div>
  </article>`;
}

/** What was chosen and is no part of the plan, by name, and what becomes of it; the bar at the bottom leads back to it. */
export function renderAside(
  chosen: readonly Pick<FileView | ContainerView, 'name' | 'forOneBoard'>[],
  edits: readonly EditsView[],
  end: AsideEnd | null,
): TemplateResult | typeof nothing {
  const isDropped = ({ range }: EditsView) => end?.dropsIn.some((each) => overlaps(each, range)) === true;
  const dropped = edits.filter(isDropped).length;
  const kept = edits.length - dropped;
  const names = [...chosen.map(({ name }) => name), ...changesOf(kept)];
  const drops = changesOf(dropped).map((changes) => ` ${names.length === 0 ? 'This plan' : 'It'} drops ${changes}.`);
  if (names.length === 0) return drops.length === 0 ? nothing : html`<p>${drops}</p>`;
  const stays = end?.files === 'chosen' ? `, which ${names.length + kept === 1 ? 'stays' : 'stay'} chosen` : '';
  const offered = end?.files === 'offered' ? offeredWords(chosen, kept > 0) : '';
  return html`<p>This plan leaves out <b>${list(names)}</b>${stays}.${offered}${drops}</p>`;
}

/** What of it can be used again once it is let go; `beside`: something else is named, too. */
function offeredWords(
  chosen: readonly Pick<FileView | ContainerView, 'name' | 'forOneBoard'>[],
  beside: boolean,
): string {
  const again = chosen.filter(isChosenByHand);
  if (again.length === 0) return '';
  const isOne = again.length === 1;
  const files = beside ? (isOne ? 'the file' : 'the files') : isOne ? 'it' : 'them';
  const which = again.length === chosen.length ? files : list(again.map(({ name }) => name));
  return ` You can use ${which} again afterwards.`;
}

function changesOf(partitions: number): readonly string[] {
  return partitions === 0 ? [] : [`changes of ${count(partitions, 'partition')}`];
}

/** What is to be changed of what a partition holds. */
export function renderEdits(host: DropList, { range, edits }: EditsView): TemplateResult {
  const name = (host.layout === null ? null : partitionAt(host.layout, range)?.name) ?? hex(range.address);
  return html`<article class="file" aria-label=${`Changes in ${name}`}>
    <header>
      <h3>${icons.chip}<span>Changes in ${name}</span></h3>
      <span class="exact">${count(edits.length, 'change')}</span>
      ${renderRemove(host, `the changes in ${name}`, { do: 'withdraw-edits', range, id: null })}
    </header>
    <div>
      <wa-button size="s" appearance="outlined" @click=${() => sendLook(host, range)}
        >${icons.look} Look inside<span class="hidden"> ${name}</span></wa-button
      >
    </div>
  </article>`;
}

/** What is changed of a file before it is written. */
function renderChanges({ recognised, changes = [] }: FileView): TemplateResult | typeof nothing {
  return recognised.opens !== true || changes.length === 0
    ? nothing
    : html`<p class="small"><b>Changed before it is written:</b> ${changes.join(', ')}.</p>`;
}

/** The way into a file. */
function renderLook(host: DropList, { id, name, size, recognised }: FileView): TemplateResult | typeof nothing {
  if (recognised.opens !== true) return nothing;
  return html`<wa-button size="s" appearance="outlined" @click=${() => sendLook(host, placeOfFile(id, size))}
    >${icons.look} Look inside<span class="hidden"> ${name}</span></wa-button
  >`;
}

function refusalsOf(host: DropList, { name }: FileView): readonly Refusal[] {
  return host.refusals.filter(({ place }) => place.in === 'file' && place.name === name);
}

/** What is wrong with a file, once: why it is refused, or else what was found; what is right is counted. */
function renderProblems(host: DropList, { recognised, name }: FileView, refused: readonly Refusal[]): TemplateResult {
  const pressing = recognised.findings.filter(isUrgent);
  const folded = refused.length > 0 ? recognised.findings : recognised.findings.filter((each) => !isUrgent(each));
  const words = passedSummary(folded) || 'What was found';
  return html`
    ${
      refused.length > 0
        ? html`<div role="alert" class="stack">${refused.map((refusal) => renderRefusal(refusal, host.layout))}</div>`
        : renderFindings(pressing, host.layout)
    }
    ${
      folded.length === 0
        ? nothing
        : html`<wa-details appearance="plain">
            <span slot="summary" class="quiet">${words}<span class="hidden"> of ${name}</span></span>
            ${renderFindings(folded, host.layout)}
          </wa-details>`
    }
  `;
}

/** A container, such as an archive or a folder, with its parts. */
export function renderContainer(host: DropList, container: ContainerView): TemplateResult {
  const { id, name, kind, says, left, failure } = container;
  const parts = host.files.filter((file) => file.container === id);
  return html`<article class="file" aria-label=${name}>
    <header>
      <h3>${icons.box}<span>${name}</span></h3>
      ${kind === null ? nothing : html`<span class="kind">${kind}</span>`}
      ${renderRemove(host, name, { do: 'remove-file', id })}
    </header>
    ${says === '' ? nothing : html`<p>${says}</p>`}
    ${
      failure === null
        ? nothing
        : html`<div role="alert">
            <p class="none">${icons.problem}<span>${failure.says}</span></p>
            <p>${failure.next} ${renderHelp(failure.name, failure.says)}</p>
          </div>`
    }
    ${renderBundle(container, host.keys)} ${renderFindings(findingsBeside(container), host.layout)}
    ${renderBuilds(host, container, host.locked)}
    ${
      parts.length === 0
        ? failure === null && container.builds === undefined && !isRefused(container)
          ? html`<p class="none">
              ${icons.problem}<span>It contains nothing that can be written to this board${reasonOf(left)}.</span>
            </p>`
          : nothing
        : renderParts(host, container, parts)
    }
    ${
      left.length === 0
        ? nothing
        : html`<wa-details
            appearance="plain"
            ?open=${parts.length === 0}
            summary=${`Not used: ${count(left.length, 'file')}`}
          >
            <ul class="others">
              ${left.map((each) => html`<li><b>${each.name}</b> <span class="quiet">${each.why}</span></li>`)}
            </ul>
          </wa-details>`
    }
  </article>`;
}

/** The parts of a container; those of a bundle are folded until something is wrong with them, because its card says what they are. */
function renderParts(host: DropList, { name, bundle }: ContainerView, parts: readonly FileView[]): TemplateResult {
  const list = html`<ul class="parts" aria-label=${`Content of ${name}`}>
    ${parts.map((part) => renderPart(host, part))}
  </ul>`;
  const calm = parts.every((part) => refusalsOf(host, part).length === 0 && !part.recognised.findings.some(isUrgent));
  const used = parts.filter((part) => part.used).length;
  return bundle === undefined
    ? list
    : html`<wa-details
        appearance="plain"
        summary=${`Choose parts (${used} of ${parts.length})`}
        .open=${calm ? noChange : true}
        >${list}</wa-details
      >`;
}

function renderPart(host: DropList, file: FileView): TemplateResult {
  const { recognised, used } = file;
  const refused = refusalsOf(host, file);
  return html`<li class=${classMap({ part: true, out: !used })}>
    <div class="line">
      <wa-checkbox
        size="s"
        .checked=${live(used)}
        ?disabled=${host.locked}
        @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
          sendIntent(host, { do: 'use', id: file.id, yes: event.currentTarget.checked })}
      >
        <b>${file.name}</b> <span class="exact">${roughly(file.size)}</span>
      </wa-checkbox>
      ${used ? renderPlace(host, file) : nothing}
    </div>
    <div class="about">
      <p class="small">
        ${recognised.says} ${used ? renderWhy(host, file) : html`<b>Excluded: it will not be written.</b>`}
      </p>
      ${
        refused.length > 0
          ? refused.map((refusal) => renderRefusal(refusal, host.layout))
          : renderFindings(recognised.findings.filter(isUrgent), host.layout)
      }
      ${used ? html`<div class="extras">${renderOtherPlaces(host, file, host.locked)}</div>` : nothing}
    </div>
  </li>`;
}

/** Why nothing of a container is used, where one reason says it all; else empty: the list gives each. */
function reasonOf(left: ContainerView['left']): string {
  const [reason, ...others] = new Set(left.map(({ why }) => why));
  return reason === undefined || others.length > 0 ? '' : `: ${reason}`;
}

/** What speaks for or against the place that a file has, unless it is there already: then it replaces and risks nothing. */
function renderWhy({ plan }: DropList, file: FileView): TemplateResult | typeof nothing {
  const { why = '', name = '' } = placeOf(file) ?? {};
  if (why === '' || (plan !== null && isThere(file, plan))) return nothing;
  const says = why.replace(/\.$/, '');
  // A partition is called by its exact name, also at the beginning of a sentence.
  const [partition = ''] = name.split(',');
  return html`<span class="why">${partition !== '' && says.startsWith(`${partition} `) ? says : capital(says)}.</span>`;
}

/** Whether a finding says already why nothing of a container can be written. */
function isRefused({ findings }: ContainerView): boolean {
  return findings.some(({ verdict }) => verdict === 'problem');
}

/** The card of a bundle; nothing for other containers. */
function renderBundle({ bundle }: ContainerView, keys: readonly KeyView[]): TemplateResult | typeof nothing {
  return bundle === undefined ? nothing : html`<bundle-card .bundle=${bundle} .keys=${keys}></bundle-card>`;
}

/** The findings of a container without those that the card says itself: who signed it is there. */
function findingsBeside({ bundle, findings }: ContainerView): readonly Finding[] {
  return bundle === undefined
    ? findings
    : findings.filter(({ kind }) => kind !== 'bundle-signed' && kind !== 'bundle-unsigned');
}

/** Asks for a bundle of the files, named after the first of them. */
export function askForBundle(
  host: HTMLElement,
  files: readonly FileView[],
  containers: readonly ContainerView[],
): void {
  const [first] = files.filter(({ used }) => used);
  const name = containers[0]?.name ?? first?.recognised.brief ?? first?.name ?? '';
  sendBundleAsk(host, { of: 'files', name, rows: [] });
}

/** Rendering of findings and refusals with their exact values, the same everywhere. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { css, html, nothing } from 'lit';
import { byUrgency } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding, Refusal, Values } from '../../src/flash/finding.ts';
import { isUrgent, URGENT, VERDICTS, worstFirst } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { Repair } from '../../src/flash/repair.ts';
import { GUIDE_LINKS, isExplained } from '../../src/help/explained.ts';
import { count, where } from './format.ts';
import { renderHelp, renderHelpLink } from '../help-link/help-link.ts';
import { sendRepair } from './events.ts';
import { icons } from './icons.ts';

/**
 * Findings as a list, the worst first; nothing if there are none. With `hold`, each has the buttons of its repairs, see `renderRepairs`;
 * `first` is the repair to press first of all, null where there is none.
 */
export function renderFindings(
  findings: readonly Finding[],
  layout: Layout | null,
  hold?: string,
  first: Repair | null = null,
): TemplateResult | typeof nothing {
  if (findings.length === 0) return nothing;
  const sorted = worstFirst(findings);
  return html`<ul class="findings">
    ${sorted.map(
      (finding) =>
        html`<li class="finding ${finding.verdict}">
          <span class="verdict">${icons[finding.verdict]}${VERDICTS[finding.verdict]}</span>
          <div>
            <p>${finding.says}</p>
            ${renderAdvice(finding, hold, first)}
            ${renderExact(finding.kind, where(finding.place, layout), finding.values)}
          </div>
        </li>`,
    )}
  </ul>`;
}

/** What to do about a finding: where a repair is ready, that one with its reason, and no other advice beside it. */
function renderAdvice(finding: Finding, hold: string | undefined, first: Repair | null): TemplateResult {
  const { next } = finding;
  const all = hold === undefined ? [] : repairsOf(finding);
  const words = isReady(all[0]) ? all[0]?.reason : next;
  const more = isUrgent(finding) ? renderMore(finding) : nothing;
  return html`
    ${words === undefined && more === nothing ? nothing : html`<p class="quiet small">${words ?? nothing} ${more}</p>`}
    ${renderRepairs(all, hold, first)}
  `;
}

/** The repairs of a finding: those that are ready, or where none is, the views in which a person does the rest. */
function repairsOf({ repairs = [] }: Finding): readonly Repair[] {
  const ready = repairs.filter(isReady);
  return ready.length > 0 ? ready : repairs;
}

function isReady(repair: Repair | undefined): boolean {
  return repair !== undefined && repair.request.do !== 'open';
}

/** The repair to press first of all: that of the most urgent problem; null where it is to choose a file, or there is none. */
export function firstRepair({ findings, layout }: Pick<Inspection, 'findings' | 'layout'>): Repair | null {
  const [worst] = byUrgency(findings, layout);
  const first = worst?.verdict === 'problem' ? repairsOf(worst)[0] : undefined;
  return first === undefined || (first.request.do === 'open' && first.request.view === 'flash') ? null : first;
}

/** How many of the findings passed, and how many are notes: `1 check passed, 2 notes`; empty if there are none of either. */
export function passedSummary(findings: readonly Finding[]): string {
  const good = findings.filter(({ verdict }) => verdict === 'good').length;
  const notes = findings.filter(({ verdict }) => verdict === 'note').length;
  return [...(good > 0 ? [`${count(good, 'check')} passed`] : []), ...(notes > 0 ? [count(notes, 'note')] : [])].join(
    ', ',
  );
}

/**
 * How many findings of each verdict there are, the worst first: `1 problem, 2 notes`; empty if there are none. Checks that passed are
 * counted only where nothing is wrong, and not where something else is `unclear`: beside it they would read as an all-clear.
 */
export function findingsSummary(findings: readonly Finding[], unclear = false): string {
  const urgent = URGENT.flatMap((verdict) => {
    const found = findings.filter((finding) => finding.verdict === verdict).length;
    return found > 0 ? [count(found, verdict)] : [];
  });
  const hidesPassed = unclear || urgent.length > 0;
  const rest = hidesPassed ? findings.filter(({ verdict }) => verdict !== 'good') : findings;
  return [...urgent, passedSummary(rest)].filter((words) => words !== '').join(', ');
}

/** A refusal as a card: what, where, and what to do instead. A place to choose is a question, not a problem. */
export function renderRefusal(refusal: Refusal, layout: Layout | null): TemplateResult {
  const verdict = refusal.needs === 'place' ? 'warning' : 'problem';
  return html`<article class="card ${verdict}" tabindex="-1">
    <h4>${icons[verdict]}${refusal.says}</h4>
    <p>${refusal.next} ${renderMore(refusal)}</p>
    ${renderRepairs([...(refusal.repair === undefined ? [] : [refusal.repair]), ...(refusal.offers ?? [])])}
    ${renderExact(refusal.kind, where(refusal.place, layout), refusal.values)}
  </article>`;
}

/** Repairs as buttons, best first: each shows its plan or opens a view. `hold` is why nothing can be planned now; empty if it can. */
export function renderRepairs(
  repairs: readonly Repair[],
  hold = '',
  first: Repair | null = null,
): TemplateResult | typeof nothing {
  if (repairs.length === 0) return nothing;
  return html`<div class="repairs">${repairs.map((repair) => renderRepair(repair, hold, repair === first))}</div>`;
}

/** One repair as a button; `isFirst` where it is what to press first of all. */
export function renderRepair({ label, reason, request }: Repair, hold: string, isFirst = false): TemplateResult {
  const press = ({ currentTarget }: Event) => {
    if (currentTarget !== null) sendRepair(currentTarget, request);
  };
  return html`<wa-button
    class="long"
    size="s"
    variant=${isFirst ? 'brand' : 'neutral'}
    appearance=${isFirst ? 'accent' : 'outlined'}
    ?disabled=${hold !== '' && request.do !== 'open'}
    title=${hold === '' ? reason : hold}
    @click=${press}
    >${label}</wa-button
  >`;
}

/** A link to the help page, if it has more than the words beside it. */
export function renderMore(about: Finding | Refusal): TemplateResult | typeof nothing {
  const { kind, says } = about;
  if ('guide' in about && about.guide !== undefined) return renderHelpLink(about.guide, GUIDE_LINKS[about.guide]);
  return isExplained(kind) ? renderHelp(kind, says) : nothing;
}

/** Kind, place and values of a message, folded away. */
export function renderExact(kind: string, place: string, values: Values): TemplateResult {
  return html`<wa-details appearance="plain" summary="Exact values">
    <dl class="values">
      <dt>kind</dt>
      <dd>${kind}</dd>
      <dt>place</dt>
      <dd>${place}</dd>
      ${Object.entries(values).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </wa-details>`;
}

/** Styles of the findings and refusals. */
export const findingStyles = css`
  .findings {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }

  .finding {
    display: grid;
    grid-template-columns: 6rem minmax(0, 1fr);
    gap: var(--gap-xs) var(--gap-m);
    padding-block: var(--gap-s);
    border-top: 1px solid var(--line);
  }

  .finding:first-child {
    border-top: 0;
  }

  .verdict {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    align-self: start;
    font-weight: 600;
    font-size: var(--text-label);
    line-height: 1.5rem;
  }

  .good .verdict {
    color: var(--verified);
  }

  .note .verdict {
    color: var(--quiet);
  }

  .warning .verdict {
    color: var(--changes);
  }

  .problem .verdict,
  .card.problem h4 {
    color: var(--failed);
  }

  .repairs {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs);
  }

  .finding wa-details,
  .card wa-details {
    --spacing: 0.2rem;
    color: var(--quiet);
  }

  .values {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--gap-m);
    font: 400 var(--text-label) / 1.5 var(--mono);
    font-variant-numeric: tabular-nums;
  }

  .values dt {
    color: var(--quiet);
  }

  .values dd {
    color: var(--ink);
    overflow-wrap: anywhere;
  }

  .card {
    scroll-margin-block: var(--above) var(--below);
    display: grid;
    gap: var(--gap-xs);
    grid-template-columns: minmax(0, 1fr);
    padding: var(--gap-m);
    border: 1px solid var(--line);
    border-left: 4px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--sunken);
  }

  .card.problem {
    border-left-color: var(--failed);
  }

  .card.warning {
    border-left-color: var(--changes);
  }

  .card h4 {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
  }

  @media (max-width: 480px) {
    .finding {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

/** Everything on the help page, by chapter: tasks with the documents on them, a board that does not talk, and all messages. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { WORKER_FAILURES } from '../browser/heartbeat.ts';
import { STORE_FAILURES } from '../storage/store.ts';
import { DRAWINGS } from './drawings.ts';
import type { Guide } from './guides.ts';
import { GUIDES } from './guides.ts';
import { renderMarkdown } from './markdown.ts';
import type { Entry } from './search.ts';
import type { Section } from './sections.ts';
import { chapters as messages } from './sections.ts';
import type { Symptom } from './symptoms.ts';
import { SYMPTOMS } from './symptoms.ts';
import type { Task } from './tasks.ts';
import { TASKS } from './tasks.ts';

/** One thing that can be unfolded; `name` is its fragment. */
export interface Topic extends Entry {
  readonly body: () => TemplateResult;
}

/** A chapter; `about` is empty where its title says it all. */
export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly topics: readonly Topic[];
}

/** All chapters: first what to do and what to try, then what messages mean. */
export function allChapters(): Chapter[] {
  return [
    {
      id: 'tasks',
      title: 'Step by step',
      about: 'The usual tasks, and where they are on the page.',
      topics: [...TASKS.map(ofTask), ...GUIDES.map(ofGuide)],
    },
    {
      id: 'talk',
      title: 'Get a board to talk',
      about: 'What you see, and what to try.',
      topics: SYMPTOMS.map(ofSymptom),
    },
    ...messages().map(({ sections, ...chapter }) => ({ ...chapter, topics: sections.map(ofSection) })),
  ];
}

/** Who searches wants to do something more often than to read what one message means. */
const TASKS_FIRST = 1.6;

/** What happens within the browser is rare: it comes after what boards do, unless it is asked for. */
const WITHIN_BROWSER = 0.3;
const OF_THE_BROWSER: readonly string[] = [WORKER_FAILURES, STORE_FAILURES].flatMap((register) =>
  Object.keys(register),
);

function ofTask({ name, title, boards, steps }: Task): Topic {
  return { name, title, beside: boards, sentences: steps, weight: TASKS_FIRST, body: () => renderSteps(steps) };
}

function ofSymptom(symptom: Symptom): Topic {
  const { name, title, boards, steps, copies } = symptom;
  const sentences = [...steps, ...copies.flatMap(({ label, text }) => [label, text])];
  return { name, title, beside: boards, sentences, body: () => renderSymptom(symptom) };
}

function ofSection(section: Section): Topic {
  const { name, title, scope, what, why, todo, consent } = section;
  const sentences = [what, ...why, ...todo, consent].filter((sentence) => sentence !== '');
  const weight = OF_THE_BROWSER.includes(name) ? WITHIN_BROWSER : 1;
  return { name, title, beside: scope, sentences, weight, body: () => renderSection(section) };
}

function ofGuide({ name, title, boards, text }: Guide): Topic {
  const sentences = text
    .replaceAll(/[`*#|]/g, ' ')
    .split(/(?<=[.:])\s+|\n{2,}/)
    .map((each) => each.replaceAll(/\s+/g, ' ').trim());
  return { name, title, beside: boards, sentences, body: () => html`${renderMarkdown(text)}` };
}

function renderSteps(steps: readonly string[]): TemplateResult {
  return html`<ol>
    ${steps.map((each) => html`<li>${each}</li>`)}
  </ol>`;
}

function renderSection({ what, why, todo, consent }: Section): TemplateResult {
  return html`${what === '' ? nothing : html`<p>${what}</p>`}
  ${
    why.length === 0
      ? nothing
      : html`<h3>Likely causes</h3>
          <ul>
            ${why.map((each) => html`<li>${each}</li>`)}
          </ul>`
  }
  ${
    todo.length === 0
      ? nothing
      : html`<h3>What to do</h3>
          ${renderSteps(todo)}`
  }
  ${consent === '' ? nothing : html`<p>To continue anyway, confirm: <b>${consent}</b></p>`}`;
}

function renderSymptom({ name, drawing, steps, copies }: Symptom): TemplateResult {
  return html`${drawing === null ? nothing : DRAWINGS[drawing]} ${renderSteps(steps)}
  ${copies.map(
    ({ label, text }, i) =>
      html`<h3 id=${`${name}-${i}`}>${label}</h3>
        <div class="copy">
          <pre tabindex="0" role="region" aria-label=${label}>${text}</pre>
          <button type="button" aria-describedby=${`${name}-${i}`} @click=${copyBeside}>Copy</button>
        </div>`,
  )}`;
}

/**
 * Selects the text of the box before a button and copies it; says on the button what came of it. Where the browser refuses, the
 * text is selected, and a person copies it.
 */
function copyBeside({ currentTarget }: Event): void {
  if (!(currentTarget instanceof HTMLElement)) return;
  const box = currentTarget.previousElementSibling;
  if (box === null) return;
  getSelection()?.selectAllChildren(box);
  currentTarget.textContent = document.execCommand('copy') ? 'Copied' : 'Selected';
}

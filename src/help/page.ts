/** The template of the help page: all chapters on one page, each section folded unless it was requested. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { logo } from '../../components/shared/icons.ts';
import type { Guide } from './guides.ts';
import { renderMarkdown } from './markdown.ts';
import type { SectionGroup, Section } from './sections.ts';
import { DRAWINGS } from './drawings.ts';
import type { Symptom } from './symptoms.ts';
import { SYMPTOMS } from './symptoms.ts';

/** The chapters that are no list of messages: what to try before a board answers, and how things work. */
const TALK = { id: 'talk', title: 'Get a board to talk' };
const READ = { id: 'guides', title: 'How it works' };

/** The whole page; `wanted` is the name of the requested section or guide, `find` the search text. */
export function renderPage(
  chapters: readonly SectionGroup[],
  guides: readonly Guide[],
  wanted: string,
  find: string,
  onFind: (words: string) => void,
): TemplateResult {
  const found = chapters
    .map((chapter) => ({ ...chapter, sections: chapter.sections.filter((section) => matches(section, find)) }))
    .filter((chapter) => chapter.sections.length > 0);
  const talk = SYMPTOMS.filter((symptom) => isSymptomOf(symptom, find));
  const read = guides.filter(({ title, text }) => has(`${title} ${text}`, find));
  return html`
    <header>
      ${logo}
      <h1>Sectorwise help</h1>
      <p><a href="./">To the app</a></p>
    </header>
    <nav aria-label="Contents">
      <ul>
        ${[
          ...(talk.length > 0 ? [TALK] : []),
          ...found.map(({ id, title }) => ({ id, title })),
          ...(read.length > 0 ? [READ] : []),
        ].map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </nav>
    <main>
      <p class="quiet">
        What each message means, its likely causes, and what to do. Words in [brackets] stand for the values from your
        board or file.
      </p>
      <label class="find"
        >Find
        <input
          type="search"
          autocomplete="off"
          .value=${find}
          @input=${(event: Event & { readonly currentTarget: HTMLInputElement }) => onFind(event.currentTarget.value)}
      /></label>
      <p role="status" class="quiet">
        ${found.length + talk.length + read.length === 0 ? `No results for “${find}”.` : nothing}
      </p>
      ${
        talk.length === 0
          ? nothing
          : html`<section aria-labelledby=${TALK.id}>
              <h2 id=${TALK.id}>${TALK.title}</h2>
              <p class="quiet">What you see, and what to try. Nothing here is sent to the board.</p>
              ${talk.map((symptom) => renderSymptom(symptom, symptom.name === wanted))}
            </section>`
      }
      ${found.map(
        ({ id, title, about, sections }) => html`
          <section aria-labelledby=${id}>
            <h2 id=${id}>${title}</h2>
            <p class="quiet">${about}</p>
            ${sections.map((section) => renderSection(section, section.name === wanted))}
          </section>
        `,
      )}
      ${
        read.length === 0
          ? nothing
          : html`<section aria-labelledby=${READ.id}>
              <h2 id=${READ.id}>${READ.title}</h2>
              ${read.map((guide) => renderGuide(guide, guide.name === wanted))}
            </section>`
      }
    </main>
  `;
}

function renderSection({ name, title, what, why, todo, consent }: Section, wanted: boolean): TemplateResult {
  return html`<details id=${name} ?open=${wanted} class=${wanted ? 'wanted' : ''}>
    <summary>${title}</summary>
    ${what === '' ? nothing : html`<p>${what}</p>`}
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
            <ol>
              ${todo.map((each) => html`<li>${each}</li>`)}
            </ol>`
    }
    ${consent === '' ? nothing : html`<p>To continue anyway, confirm: <b>${consent}</b></p>`}
    <p class="name"><code>${name}</code></p>
  </details>`;
}

function renderSymptom({ name, title, boards, drawing, steps, copies }: Symptom, wanted: boolean): TemplateResult {
  return html`<details id=${name} ?open=${wanted} class=${wanted ? 'wanted' : ''}>
    <summary>${title} <span class="quiet">${boards}</span></summary>
    ${drawing === null ? nothing : DRAWINGS[drawing]}
    <ol>
      ${steps.map((each) => html`<li>${each}</li>`)}
    </ol>
    ${copies.map(
      ({ label, text }, i) =>
        html`<h3 id=${`${name}-${i}`}>${label}</h3>
          <div class="copy">
            <pre tabindex="0" role="region" aria-label=${label}>${text}</pre>
            <button type="button" aria-describedby=${`${name}-${i}`} @click=${copyBeside}>Copy</button>
          </div>`,
    )}
  </details>`;
}

function isSymptomOf({ name, title, boards, steps, copies }: Symptom, find: string): boolean {
  return has([name, title, boards, ...steps, ...copies.map(({ text }) => text)].join(' '), find);
}

function renderGuide({ name, title, text }: Guide, wanted: boolean): TemplateResult {
  return html`<details id=${name} ?open=${wanted} class=${wanted ? 'wanted' : ''}>
    <summary>${title}</summary>
    ${renderMarkdown(text)}
  </details>`;
}

function matches({ name, title, what, why, todo }: Section, find: string): boolean {
  return has([name, title, what, ...why, ...todo].join(' '), find);
}

/** Whether a text has all words that are looked for. */
function has(text: string, find: string): boolean {
  const whole = text.toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
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

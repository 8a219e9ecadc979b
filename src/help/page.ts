/** The template of the help page: all chapters on one page, each topic folded unless it was requested; or what a search found. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { logo } from '../../components/shared/icons.ts';
import { count } from '../flash/english.ts';
import type { Hits, Indexed } from './search.ts';
import { asksFor, indexOf, marked, search } from './search.ts';
import type { Chapter, Topic } from './topics.ts';

/** A topic with the title of its chapter, which a list of hits shows beside it. */
interface Placed extends Topic {
  readonly chapter: string;
}

/** What the page shows: the chapters, and all of their topics made ready to be searched. */
export interface PageParts {
  readonly chapters: readonly Chapter[];
  readonly index: readonly Indexed<Placed>[];
}

/** The parts of a page with these chapters. */
export function partsOf(chapters: readonly Chapter[]): PageParts {
  const placed = chapters.flatMap(({ title, topics }) => topics.map((topic): Placed => ({ ...topic, chapter: title })));
  return { chapters, index: indexOf(placed) };
}

/** The whole page; `wanted` is the name of the requested topic, `find` the search text. */
export function renderPage(
  { chapters, index }: PageParts,
  wanted: string,
  find: string,
  onFind: (words: string) => void,
): TemplateResult {
  const found = asksFor(find) ? search(index, find) : null;
  return html`
    <header>
      ${logo}
      <h1>Sectorwise help</h1>
      <p><a href="./">To the app</a></p>
    </header>
    <nav aria-label="Contents">
      <ul>
        ${chapters.map(
          ({ id, title }) =>
            // The search ends first: the chapter is not on the page before.
            html`<li><a href="#${id}" @click=${() => onFind('')}>${title}</a></li>`,
        )}
      </ul>
    </nav>
    <main>
      <label class="find"
        >Find
        <input
          type="search"
          autocomplete="off"
          placeholder="restore, Wi-Fi, does not start …"
          .value=${find}
          @input=${(event: Event & { readonly currentTarget: HTMLInputElement }) => onFind(event.currentTarget.value)}
      /></label>
      <p role="status" class="quiet">${found === null ? nothing : foundWords(found, find)}</p>
      ${
        found === null
          ? html`<p class="quiet">
                What to do, and what each message means. Words in [brackets] stand for the values from your board or
                file.
              </p>
              ${chapters.map((chapter) => renderChapter(chapter, wanted))}`
          : html`<section aria-label="Results">
              ${repeat(
                found.hits,
                ({ entry }) => entry.name,
                ({ entry, excerpt }) => renderHit(entry, excerpt, find),
              )}
            </section>`
      }
    </main>
  `;
}

function foundWords({ hits, isPart }: Hits<Placed>, find: string): string {
  const asked = `“${find.trim()}”`;
  if (hits.length === 0) return `No results for ${asked}.`;
  return isPart
    ? `Nothing has all words of ${asked}. ${count(hits.length, 'topic')} with some of them:`
    : `${count(hits.length, 'topic')} for ${asked}, the best first:`;
}

function renderChapter({ id, title, about, topics }: Chapter, wanted: string): TemplateResult {
  return html`<section aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${about === '' ? nothing : html`<p class="quiet">${about}</p>`}
    ${topics.map((topic) => renderTopic(topic, topic.name === wanted))}
  </section>`;
}

function renderTopic({ name, title, beside, body }: Topic, wanted: boolean): TemplateResult {
  return html`<details id=${name} ?open=${wanted} class=${wanted ? 'wanted' : ''}>
    <summary>${title} ${beside === '' ? nothing : html`<span class="quiet">${beside}</span>`}</summary>
    ${body()}
  </details>`;
}

/** A topic that was found: folded, with its chapter and the sentence that was looked for. */
function renderHit({ name, title, beside, body, chapter }: Placed, excerpt: string, find: string): TemplateResult {
  return html`<details id=${name}>
    <summary>
      ${renderMarked(title, find)} ${beside === '' ? nothing : html`<span class="quiet">${beside}</span>`}
      <span class="excerpt">${chapter}${excerpt === '' ? nothing : html`: ${renderMarked(excerpt, find)}`}</span>
    </summary>
    ${body()}
  </details>`;
}

function renderMarked(text: string, find: string): readonly (string | TemplateResult)[] {
  return marked(text, find).map((part) => (part.isHit ? html`<mark>${part.text}</mark>` : part.text));
}

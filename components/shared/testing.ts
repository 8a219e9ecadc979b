/** Helpers of the elements' tests: mounting a template on the page, and running axe on it. */
import axe from 'axe-core';
import type { LitElement, TemplateResult } from 'lit';
import { html, render } from 'lit';

/** Puts a template into a fresh `main` and waits until its first element and the controls in it have rendered. */
export async function mount<E extends LitElement>(template: TemplateResult, type: abstract new () => E): Promise<E> {
  document.body.replaceChildren();
  document.documentElement.lang = 'en';
  const main = document.createElement('main');
  document.body.append(main);
  render(html`${template}`, main);
  const element = main.firstElementChild;
  if (!(element instanceof type)) throw new Error(`the template's first element is not a ${type.name}`);
  await settle(element);
  return element;
}

/** Waits for an element and for what it renders. */
export async function settle(element: LitElement): Promise<void> {
  await element.updateComplete;
  const inner = [...(element.shadowRoot?.querySelectorAll('*') ?? [])].filter(
    (each): each is LitElement => 'updateComplete' in each,
  );
  await Promise.all(inner.map((each) => each.updateComplete));
  // A task that a frame begins comes after that frame's layout and what observes sizes; what these change is laid out in the next one.
  for (let frame = 0; frame < 2; frame++)
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await element.updateComplete;
}

/**
 * What axe finds wrong, one line each; empty if nothing. Rules about whole pages do not apply to one element. Contrast takes more
 * than half of axe's time: without `colours`, where another test examines the same colours.
 */
export async function axeViolations(element: Element, { colours = true } = {}): Promise<string[]> {
  const found = await axe.run(element, {
    // What passed is not used: axe need not write down where all of it is.
    resultTypes: ['violations'],
    rules: {
      region: { enabled: false },
      'page-has-heading-one': { enabled: false },
      'landmark-one-main': { enabled: false },
      'color-contrast': { enabled: colours },
    },
  });
  return found.violations.flatMap((each) =>
    each.nodes.map((node) => `${each.id}: ${node.target.join(' ')} – ${node.failureSummary ?? ''}`),
  );
}

/** An element inside a shadow root; throws an error that names the selector if it is missing. */
export function inside<E extends Element>(host: Element, selector: string, type: abstract new () => E): E {
  const found = host.shadowRoot?.querySelector(selector) ?? null;
  if (!(found instanceof type)) throw new Error(`<${host.localName}> shows no ${selector}`);
  return found;
}

/** All text in an element's own shadow root, with white space collapsed, and sizes with a space that breaks. */
export function text(host: Element): string {
  return withPlainSizes((host.shadowRoot?.textContent ?? '').replace(/[ \t\r\n]+/g, ' ').trim());
}

/** Words in which sizes have a space that breaks: that the page never breaks it is tested of its formatter. */
export function withPlainSizes(words: string): string {
  return words.replace(/(?<=\d)\u00a0(?=[KMG]iB|byte)/g, ' ');
}

/** The next event of a kind that reaches `target`. */
export function next<K extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  kind: K,
): Promise<HTMLElementEventMap[K]> {
  return new Promise((resolve) => target.addEventListener(kind, resolve, { once: true }));
}

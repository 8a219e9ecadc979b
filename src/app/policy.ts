/**
 * What the page's Content Security Policy needs from the code: workers that are under the same policy, and the one Trusted
 * Types policy besides Lit's own.
 */

/** The blobs that may start a worker. */
const starters = new Set<string>();

/**
 * The only markup that goes through: Web Awesome's `<wa-icon>` parses its built-in icons from strings. Shapes without
 * scripts, links, styles or event handlers.
 */
const ICON =
  /^(?:<\/?(?:svg|g|path)(?: (?:xmlns|viewBox|part|class|d|fill|fill-rule|stroke|stroke-width|stroke-linecap|transform)="[^"<>]*")*\s*\/?>|<!--[^<>]*-->)+$/;

/**
 * Lets through what the component library and `startWorker` need; every other string that would become markup or a script is
 * refused with a `TypeError`. It is the page's default policy, because the library passes strings.
 */
export function installTrustedTypesPolicy(): void {
  // Browsers without Trusted Types ignore the directive, too.
  window.trustedTypes?.createPolicy('default', {
    createHTML: (markup) => onlyIf(ICON.test(markup), markup),
    createScriptURL: (url) => onlyIf(starters.has(url), url),
  });
}

/**
 * Starts a module worker under the page's policy; `url` is absolute or relative to the page. A worker takes the policy of the
 * response that it is loaded from, and a static host sends none; a worker that starts from a blob takes the page's
 * (Content Security Policy Level 3, 7.8).
 */
export function startWorker(url: string, name = ''): Worker {
  const code = `import ${JSON.stringify(new URL(url, location.href).href)};`;
  const blob = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  starters.add(blob);
  // Never revoked: it is a line of text, and the worker may load it later.
  return new Worker(blob, { type: 'module', name });
}

/** Whether the script of a worker with an error arrived: if not, the error is an event without a message. */
export function hasArrived(event: Event): event is ErrorEvent {
  return event instanceof ErrorEvent && event.message !== '';
}

function onlyIf(allowed: boolean, text: string): string {
  if (!allowed) throw new TypeError(`The page’s policy refuses “${text.slice(0, 80)}”.`);
  return text;
}
